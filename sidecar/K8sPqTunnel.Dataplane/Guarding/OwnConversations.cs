using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>Rules of one family that let pass, before others, what the tunnel itself is made of where it lies in the tunnel's own networks.</summary>
internal sealed class OwnConversations(IpFamily family, GuardedTraffic traffic)
{
    private const ushort TcpPort = PeerPath.NatTraversalPort;
    private const byte NeighbourSolicitation = 135;
    private const byte NeighbourAdvertisement = 136;

    public IEnumerable<NftRule> Outgoing()
    {
        foreach ((IPNetwork peer, ushort port) in Datagrams())
            yield return Rule().To(peer).FromUdpPort(port).Accept();
        foreach (IPNetwork peer in Peers())
            yield return Rule().To(peer).OfProtocol(EspFormat.Protocol).Accept();
        foreach (IPNetwork peer in Connections())
        {
            // Any port of ours may have opened it: what it leads to is the peer's IKE, and no host behind it.
            yield return Rule().To(peer).ToTcpPort(TcpPort).Accept();
            yield return Rule().To(peer).FromTcpPort(TcpPort).Accept();
        }

        foreach (NftRule rule in NeighbourDiscovery())
            yield return rule;
    }

    public IEnumerable<NftRule> Incoming()
    {
        foreach ((IPNetwork peer, ushort port) in Datagrams())
            yield return Rule().From(peer).ToUdpPort(port).Accept();
        foreach (IPNetwork peer in Peers())
            yield return Rule().From(peer).OfProtocol(EspFormat.Protocol).Accept();
        foreach (IPNetwork peer in Connections())
        {
            yield return Rule().From(peer).ToTcpPort(TcpPort).Accept();
            yield return Rule().From(peer).FromTcpPort(TcpPort).WithinConnection().Accept();
        }

        foreach (NftRule rule in NeighbourDiscovery())
            yield return rule;
    }

    /// <summary>
    /// How hosts of one link find each other's link-layer addresses carries nobody's data, and may come from addresses of the tunnel's
    /// networks (RFC 4861 4.3, 4.4). IPv4 has ARP for it, which is no IP.
    /// </summary>
    private IEnumerable<NftRule> NeighbourDiscovery() => family == IpFamily.V6
        ? [Rule().IcmpV6(NeighbourSolicitation).Accept(), Rule().IcmpV6(NeighbourAdvertisement).Accept()]
        : [];

    private NftRule Rule() => new(family);

    private IEnumerable<IPNetwork> Peers() => traffic.PeersInRemote.Select(family.Host);

    /// <summary>IKE and ESP in UDP between us and the peer.</summary>
    private IEnumerable<(IPNetwork Peer, ushort Port)> Datagrams() =>
        from peer in Peers()
        from port in traffic.LocalPorts
        select (peer, port);

    /// <summary>The same in TCP (RFC 9329).</summary>
    private IEnumerable<IPNetwork> Connections() => traffic.Tcp ? Peers() : [];
}
