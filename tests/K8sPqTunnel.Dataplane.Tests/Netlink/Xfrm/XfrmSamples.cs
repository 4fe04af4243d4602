using System.Net;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Netlink.Xfrm;

/// <summary>States and policies between the addresses of the recordings.</summary>
internal static class XfrmSamples
{
    public const uint Spi = 0xc1234567;
    public const uint Reqid = 7;
    public static readonly IPAddress Left = IPAddress.Parse("192.0.2.1");
    public static readonly IPAddress Right = IPAddress.Parse("198.51.100.2");
    public static readonly IPNetwork AnyIpv4 = IPNetwork.Parse("0.0.0.0/0");

    public static XfrmState Plain { get; } = new() { Source = Left, Destination = Right, Spi = Spi, Reqid = Reqid };

    public static XfrmState Gcm256 { get; } = Plain with { Aead = XfrmAlgorithm.WithKey("rfc4106(gcm(aes))", 128, Key(36)) };

    public static XfrmTemplate Outbound { get; } = new(Left, Right, Reqid);

    public static XfrmTemplate Inbound { get; } = new(Right, Left, Reqid);

    public static XfrmPolicy Out { get; } =
        new(new XfrmSelector(AnyIpv4, AnyIpv4), XfrmPolicyDirection.Out, XfrmAction.Allow, 399999, Outbound, InterfaceId: 0x2a);

    /// <summary>Octets 0, 1, 2, ...</summary>
    public static Secret Key(int length) => new([.. Enumerable.Range(0, length).Select(octet => (byte)octet)]);
}
