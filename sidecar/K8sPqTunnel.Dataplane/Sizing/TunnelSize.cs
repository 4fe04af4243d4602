using K8sPqTunnel.Dataplane.Netlink;

namespace K8sPqTunnel.Dataplane.Sizing;

/// <summary>How large a tunnel's packets may be. All in octets.</summary>
/// <param name="Path">The largest packet that the path outside carries.</param>
/// <param name="Fitting">The largest inner packet that leaves unfragmented outside.</param>
/// <param name="HasIpv6">The tunnel carries IPv6.</param>
/// <param name="Policy">What is set.</param>
public sealed record TunnelSize(int Path, int Fitting, bool HasIpv6, SizePolicy Policy)
{
    private const int TcpHeader = 20;

    /// <summary>
    /// The tunnel's MTU: with IPv6 inside never less than IPv6 needs, also where the path is too narrow for that; then the largest
    /// packets are fragmented outside.
    /// </summary>
    public int Mtu => HasIpv6 ? Math.Max(Wanted, PathMtu.SmallestOfIpv6) : Wanted;

    private int Wanted => Policy.Inner ?? Fitting;

    /// <summary>The largest packet of one family.</summary>
    internal int MtuOf(IpFamily family) => family == IpFamily.V6 ? Math.Max(Wanted, PathMtu.SmallestOfIpv6) : Wanted;

    /// <summary>
    /// The largest TCP segment of one family (RFC 9293 3.7.1): what fits without being fragmented anywhere; null where nobody is to be
    /// told.
    /// </summary>
    internal int? MssOf(IpFamily family) => !Policy.ClampsMss ? null : Policy.Mss ?? Math.Min(Wanted, Fitting) - family.HeaderLength - TcpHeader;
}
