using System.Net.Sockets;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>What IKE's own UDP sockets need beside kernel ESP.</summary>
public static class XfrmSockets
{
    private const int IpLevel = 0;
    private const int IpPolicyOption = 17;
    private const int Ipv6Level = 41;

    /// <summary>IPV6_XFRM_POLICY; 34, which stands in its place here and there, is IPV6_IPSEC_POLICY.</summary>
    private const int Ipv6PolicyOption = 35;
    private const int UdpLevel = 17;
    private const int EncapsulationOption = 100;
    private const int EspInUdp = 2;

    /// <summary>Lets the socket's packets pass in clear whatever the policies say, so that IKE reaches a peer inside the tunnel's own networks.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void Bypass(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        IpFamily family = socket.AddressFamily == AddressFamily.InterNetworkV6 ? IpFamily.V6 : IpFamily.V4;
        Span<byte> policy = stackalloc byte[XfrmPolicyFormat.Length];
        foreach (XfrmPolicyDirection direction in (XfrmPolicyDirection[])[XfrmPolicyDirection.In, XfrmPolicyDirection.Out])
        {
            // Of the struct a socket's policy needs its action, its direction and its family; the selector is not asked.
            XfrmPolicyFormat.WriteBody(
                new XfrmPolicy(new XfrmSelector(new(family.Any, 0), new(family.Any, 0)), direction, XfrmAction.Allow, 0), policy);
            (int level, int option) = family == IpFamily.V4 ? (IpLevel, IpPolicyOption) : (Ipv6Level, Ipv6PolicyOption);
            Set(socket, level, option, MemoryMarshal.Cast<byte, long>(policy), policy.Length, "exempt the IKE socket from XFRM policies");
        }
    }

    /// <summary>Has the kernel take ESP in UDP (RFC 3948) that arrives at the socket; IKE's messages still come to its owner.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void ReceiveEsp(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Set(socket, UdpLevel, EncapsulationOption, [EspInUdp], sizeof(int), "take ESP out of UDP");
    }

    private static void Set(Socket socket, int level, int option, ReadOnlySpan<long> value, int length, string what)
    {
        using var borrowed = new Microsoft.Win32.SafeHandles.SafeFileHandle(socket.SafeHandle.DangerousGetHandle(), ownsHandle: false);
        if (Libc.SetSocketOption(borrowed, level, option, value, length) < 0)
            throw new NetlinkException(what, Errno.Last);
    }
}
