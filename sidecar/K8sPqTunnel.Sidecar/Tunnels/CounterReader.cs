using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Brings the counters of sockets, IKE core and data plane together.</summary>
internal static class CounterReader
{
    /// <param name="unsent">Datagrams that could not be sent.</param>
    /// <param name="ike">Datagrams that the IKE core dropped, each part of it by itself; none before the first connection.</param>
    public static CounterSnapshot Read(IDataplane dataplane, long unsent, IReadOnlyList<DropCounters> ike)
    {
        DataplaneCounters passed = dataplane.ReadCounters();
        var drops = new Dictionary<string, long>(passed.Drops, StringComparer.Ordinal) { ["DatagramUnsent"] = unsent };
        Add(drops, ike);
        return new CounterSnapshot
        {
            InboundPackets = passed.InboundPackets,
            InboundOctets = passed.InboundOctets,
            OutboundPackets = passed.OutboundPackets,
            OutboundOctets = passed.OutboundOctets,
            ProbesAnswered = passed.ProbesAnswered,
            Clamped = passed.Clamped,
            Drops = Counted(drops),
        };
    }

    /// <summary>What belonged to no tunnel of several.</summary>
    public static IReadOnlyDictionary<string, long> ReadShared(IkeHub hub)
    {
        var drops = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["DatagramUnsent"] = hub.Underlay.UnsentInStreams,
            [UnknownSpi] = hub.UnknownSpi,
        };
        foreach ((string reason, long count) in hub.KernelDrops)
            drops[reason] = drops.GetValueOrDefault(reason) + count;
        Add(drops, [hub.Drops]);
        return Counted(drops);
    }

    /// <summary>The kernel's name for it, as of the data plane's.</summary>
    internal const string UnknownSpi = "XfrmInNoStates";

    private static void Add(Dictionary<string, long> drops, IReadOnlyList<DropCounters> ike)
    {
        foreach (DropReason reason in Enum.GetValues<DropReason>())
            drops[$"Ike{reason}"] = ike.Sum(counters => counters[reason]);
    }

    private static Dictionary<string, long> Counted(Dictionary<string, long> drops) =>
        drops.Where(drop => drop.Value != 0).ToDictionary(StringComparer.Ordinal);
}
