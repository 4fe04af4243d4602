using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;

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
    private const string MarkingChain = "marking";
    private const string Loopback = "lo";

    /// <summary>Behind destination NAT (-100) and the re-routing of marked packets (-150), which decide what leaves where.</summary>
    private const int FilterPriority = 10;

    /// <summary>Before all others, as the kernel's own ESP marks what it decrypts (NF_IP_PRI_RAW_BEFORE_DEFRAG).</summary>
    private const int MarkingPriority = -450;

    private readonly OwnConversations _own = new(family, traffic);

    /// <summary>Replaces the table in one transaction: at no moment is there none.</summary>
    /// <param name="translates">Also have the traffic's addresses those that the peer knows; of a kernel that can translate.</param>
    public NftBatch Build(bool translates)
    {
        var batch = new NftBatch(family);
        batch.ReplaceTable(names.NftTable, names.Tunnel);
        AddDropChains(batch);
        // Of what is routed only the routes tell where it belongs.
        if (traffic.Routed is null)
        {
            AddForward(batch);
            AddOutput(batch);
            AddInput(batch);
            AddMarking(batch);
        }
        if (translates)
            new TranslationChains(names.NftTable, family, traffic, names.Interface).AddTo(batch);
        return batch;
    }

    private void AddDropChains(NftBatch batch)
    {
        batch.AddChain(names.NftTable, LeavingChain);
        foreach (IPNetwork remote in traffic.Remote)
            batch.AddRule(names.NftTable, LeavingChain, Rule().To(remote).Count().Drop());
        batch.AddChain(names.NftTable, ArrivingChain);
        foreach (IPNetwork local in traffic.Here)
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
        // Where a chain of the output hook gives a mark and the packet is routed anew, chains behind it at that hook still see the interface of before.
        batch.AddBaseChain(names.NftTable, OutputChain, "filter", traffic.Mark is null ? NftHook.Output : NftHook.PostRouting, FilterPriority);
        // What stays on this host isn't in clear on any wire.
        batch.AddRule(names.NftTable, OutputChain, Rule().OutputInterface(Loopback).Accept());
        foreach (NftRule rule in _own.Outgoing())
            batch.AddRule(names.NftTable, OutputChain, rule);
        AddLeaving(batch, OutputChain);
    }

    private void AddInput(NftBatch batch)
    {
        batch.AddBaseChain(names.NftTable, InputChain, "filter", NftHook.Input, FilterPriority);
        batch.AddRule(names.NftTable, InputChain, Rule().InputInterface(Loopback).Accept());
        foreach (NftRule rule in _own.Incoming())
            batch.AddRule(names.NftTable, InputChain, rule);
        AddArriving(batch, InputChain);
    }

    /// <summary>What comes out of the tunnel has its mark.</summary>
    private void AddMarking(NftBatch batch)
    {
        if (traffic.Mark is not { } mark)
            return;
        batch.AddBaseChain(names.NftTable, MarkingChain, "filter", NftHook.PreRouting, MarkingPriority);
        batch.AddRule(names.NftTable, MarkingChain, Rule().InputInterface(names.Interface).SetMark(mark));
    }

    private void AddLeaving(NftBatch batch, string chain)
    {
        foreach (IPNetwork local in traffic.Here)
            batch.AddRule(names.NftTable, chain, Rule().OutputInterface(names.Interface, isNot: true).Marked(traffic.Mark).From(local).Jump(LeavingChain));
    }

    private void AddArriving(NftBatch batch, string chain)
    {
        foreach (IPNetwork remote in traffic.Remote)
            batch.AddRule(names.NftTable, chain, Rule().InputInterface(names.Interface, isNot: true).Marked(traffic.Mark).From(remote).Jump(ArrivingChain));
    }

    private NftRule Rule() => new(family);
}
