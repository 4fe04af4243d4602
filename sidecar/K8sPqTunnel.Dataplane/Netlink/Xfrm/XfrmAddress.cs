using System.Net;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>xfrm_address_t: 16 octets; IPv4 stands in the first 4, the others are zero.</summary>
internal static class XfrmAddress
{
    public const int Length = 16;

    /// <param name="target">Zeroed before.</param>
    public static void Write(Span<byte> target, IPAddress address) => address.TryWriteBytes(target, out _);

    public static IPAddress Read(ReadOnlySpan<byte> source, IpFamily family) => new(source[..family.AddressLength]);
}
