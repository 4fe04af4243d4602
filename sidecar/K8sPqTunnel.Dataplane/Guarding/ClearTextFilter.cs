using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>The nftables table of one family that drops the tunnel's traffic wherever it doesn't pass through the tunnel's interface.</summary>
/// <remarks>
/// It names the interface, not its number, so it holds while the interface is gone and when it comes back. An accept in it ends only
/// this table's chain; a drop is final, wherever other software's chains stand. Networks are asked one after the other, local ones
/// first, so that their number adds up instead of multiplying.
/// </remarks>
internal sealed class ClearTextFilter(TunnelNames names, IpFamily family, GuardedTraffic traffic)
{
    /// <summary>Counts what would have left in clear.</summary>
    public const string LeavingChain = "leaving";

    /// <summary>Counts what arrived in clear.</summary>
    public const string ArrivingChain = "arriving";

    private const string ForwardChain = "forward";
    private const string OutputChain = "output";
    private const string InputChain = "input";
    private const string UntranslatedChain = "untranslated";
    private const string Loopback = "lo";
    private const ushort TcpPort = PeerPath.NatTraversalPort;
    private const byte NeighbourSolicitation = 135;
    private const byte NeighbourAdvertisement = 136;

    /// <summary>Behind destination NAT (-100) and the re-routing of marked packets (-150), which decide what leaves where.</summary>
    private const int FilterPriority = 10;

    /// <summary>Before source NAT (100).</summary>
    private const int UntranslatedPriority = 90;

    /// <summary>Replaces the table in one transaction: at no moment is there none.</summary>
    /// <param name="keepAddresses">
    /// Also keep source NAT of others (masquerading of pods and VMs) from this traffic: behind it no SA would cover the packets.
    /// </param>
    public NftBatch Build(bool keepAddresses)
    {
        string comment = names.Tunnel;
        var batch = new NftBatch(family);
        batch.PutTable(names.NftTable, comment);
        batch.DeleteTable(names.NftTable);
        batch.PutTable(names.NftTable, comment);
        AddDropChains(batch);
        AddForward(batch);
        AddOutput(batch);
        AddInput(batch);
        if (keepAddresses)
            AddUntranslated(batch);
        return batch;
    }

    private void AddDropChains(NftBatch batch)
    {
        batch.AddChain(names.NftTable, LeavingChain);
        foreach (IPNetwork remote in traffic.Remote)
            batch.AddRule(names.NftTable, LeavingChain, Rule().To(remote).Count().Drop());
        batch.AddChain(names.NftTable, ArrivingChain);
        foreach (IPNetwork local in traffic.Local)
            batch.AddRule(names.NftTable, ArrivingChain, Rule().To(local).Count().Drop());
    }

    private void AddForward(NftBatch batch)
    {
        batch.AddBaseChain(names.NftTable, ForwardChain, "filter", NftHook.Forward, FilterPriority);
        AddLeaving(batch, ForwardChain);
        AddArriving(batch, ForwardChain);
    }

    private void AddOutput(NftBatch batch)
    {
        batch.AddBaseChain(names.NftTable, OutputChain, "filter", NftHook.Output, FilterPriority);
        // What stays on this host isn't in clear on any wire.
        batch.AddRule(names.NftTable, OutputChain, Rule().OutputInterface(Loopback).Accept());
        foreach ((IPNetwork peer, ushort port) in OwnConversations())
            batch.AddRule(names.NftTable, OutputChain, Rule().To(peer).FromUdpPort(port).Accept());
        foreach (IPNetwork peer in OwnConnections())
        {
            // Any port of ours may have opened it: what it leads to is the peer's IKE, and no host behind it.
            batch.AddRule(names.NftTable, OutputChain, Rule().To(peer).ToTcpPort(TcpPort).Accept());
            batch.AddRule(names.NftTable, OutputChain, Rule().To(peer).FromTcpPort(TcpPort).Accept());
        }

        AddNeighbourDiscovery(batch, OutputChain);
        AddLeaving(batch, OutputChain);
    }

    private void AddInput(NftBatch batch)
    {
        batch.AddBaseChain(names.NftTable, InputChain, "filter", NftHook.Input, FilterPriority);
        batch.AddRule(names.NftTable, InputChain, Rule().InputInterface(Loopback).Accept());
        foreach ((IPNetwork peer, ushort port) in OwnConversations())
            batch.AddRule(names.NftTable, InputChain, Rule().From(peer).ToUdpPort(port).Accept());
        foreach (IPNetwork peer in OwnConnections())
        {
            batch.AddRule(names.NftTable, InputChain, Rule().From(peer).ToTcpPort(TcpPort).Accept());
            batch.AddRule(names.NftTable, InputChain, Rule().From(peer).FromTcpPort(TcpPort).WithinConnection().Accept());
        }

        AddNeighbourDiscovery(batch, InputChain);
        AddArriving(batch, InputChain);
    }

    /// <summary>
    /// How hosts of one link find each other's link-layer addresses carries nobody's data, and may come from addresses of the tunnel's
    /// networks (RFC 4861 4.3, 4.4). IPv4 has ARP for it, which is no IP.
    /// </summary>
    private void AddNeighbourDiscovery(NftBatch batch, string chain)
    {
        if (family != IpFamily.V6)
            return;
        batch.AddRule(names.NftTable, chain, Rule().IcmpV6(NeighbourSolicitation).Accept());
        batch.AddRule(names.NftTable, chain, Rule().IcmpV6(NeighbourAdvertisement).Accept());
    }

    private void AddUntranslated(NftBatch batch)
    {
        batch.AddBaseChain(names.NftTable, UntranslatedChain, "nat", NftHook.PostRouting, UntranslatedPriority);
        foreach (IPNetwork local in traffic.Local)
            batch.AddRule(names.NftTable, UntranslatedChain, Rule().OutputInterface(names.Interface).From(local).KeepSource());
    }

    private void AddLeaving(NftBatch batch, string chain)
    {
        foreach (IPNetwork local in traffic.Local)
            batch.AddRule(names.NftTable, chain, Rule().OutputInterface(names.Interface, isNot: true).From(local).Jump(LeavingChain));
    }

    private void AddArriving(NftBatch batch, string chain)
    {
        foreach (IPNetwork remote in traffic.Remote)
            batch.AddRule(names.NftTable, chain, Rule().InputInterface(names.Interface, isNot: true).From(remote).Jump(ArrivingChain));
    }

    private NftRule Rule() => new(family);

    /// <summary>IKE and ESP in UDP between us and the peer.</summary>
    private IEnumerable<(IPNetwork Peer, ushort Port)> OwnConversations() =>
        from peer in traffic.PeersInRemote
        from port in traffic.LocalPorts
        select (family.Host(peer), port);

    /// <summary>The same in TCP (RFC 9329).</summary>
    private IEnumerable<IPNetwork> OwnConnections() => traffic.Tcp ? traffic.PeersInRemote.Select(family.Host) : [];
}
