using System.Net;
using K8sPqTunnel.Dataplane.Netlink.Nftables;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>The nftables table that drops the tunnel's traffic wherever it doesn't pass through the tunnel's interface.</summary>
/// <remarks>
/// It names the interface, not its number, so it holds while the interface is gone and when it comes back. An accept in it ends only
/// this table's chain; a drop is final, wherever other software's chains stand. Networks are asked one after the other, local ones
/// first, so that their number adds up instead of multiplying.
/// </remarks>
internal sealed class ClearTextFilter(TunnelNames names, GuardedTraffic traffic)
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
        var batch = new NftBatch();
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
            batch.AddRule(names.NftTable, LeavingChain, new NftRule().To(remote).Count().Drop());
        batch.AddChain(names.NftTable, ArrivingChain);
        foreach (IPNetwork local in traffic.Local)
            batch.AddRule(names.NftTable, ArrivingChain, new NftRule().To(local).Count().Drop());
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
        batch.AddRule(names.NftTable, OutputChain, new NftRule().OutputInterface(Loopback).Accept());
        foreach ((IPNetwork peer, ushort port) in OwnConversations())
            batch.AddRule(names.NftTable, OutputChain, new NftRule().To(peer).FromUdpPort(port).Accept());
        AddLeaving(batch, OutputChain);
    }

    private void AddInput(NftBatch batch)
    {
        batch.AddBaseChain(names.NftTable, InputChain, "filter", NftHook.Input, FilterPriority);
        batch.AddRule(names.NftTable, InputChain, new NftRule().InputInterface(Loopback).Accept());
        foreach ((IPNetwork peer, ushort port) in OwnConversations())
            batch.AddRule(names.NftTable, InputChain, new NftRule().From(peer).ToUdpPort(port).Accept());
        AddArriving(batch, InputChain);
    }

    private void AddUntranslated(NftBatch batch)
    {
        batch.AddBaseChain(names.NftTable, UntranslatedChain, "nat", NftHook.PostRouting, UntranslatedPriority);
        foreach (IPNetwork local in traffic.Local)
            batch.AddRule(names.NftTable, UntranslatedChain, new NftRule().OutputInterface(names.Interface).From(local).KeepSource());
    }

    private void AddLeaving(NftBatch batch, string chain)
    {
        foreach (IPNetwork local in traffic.Local)
            batch.AddRule(names.NftTable, chain, new NftRule().OutputInterface(names.Interface, isNot: true).From(local).Jump(LeavingChain));
    }

    private void AddArriving(NftBatch batch, string chain)
    {
        foreach (IPNetwork remote in traffic.Remote)
            batch.AddRule(names.NftTable, chain, new NftRule().InputInterface(names.Interface, isNot: true).From(remote).Jump(ArrivingChain));
    }

    /// <summary>IKE and ESP in UDP between us and the peer.</summary>
    private IEnumerable<(IPNetwork Peer, ushort Port)> OwnConversations() =>
        from peer in traffic.PeersInRemote
        from port in traffic.LocalPorts
        select (new IPNetwork(peer, 32), port);
}
