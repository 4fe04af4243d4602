using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Brings the counters of sockets, IKE core and data plane together.</summary>
internal static class CounterReader
{
    /// <param name="passed">What the data plane counted.</param>
    /// <param name="unsent">Datagrams that could not be sent.</param>
    /// <param name="ike">Datagrams that the IKE core dropped, each part of it by itself; none before the first connection.</param>
    public static CounterSnapshot Read(DataplaneCounters passed, long unsent, IReadOnlyList<DropCounters> ike)
    {
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

    /// <summary>The SAs with when they last carried a packet, to the second.</summary>
    public static IReadOnlyList<ChildSaSnapshot> WithActivity(IReadOnlyList<ChildSaSnapshot> children, IReadOnlyDictionary<EspSpi, ChildActivity> activity)
    {
        Dictionary<string, ChildActivity> bySpi = activity.ToDictionary(one => one.Key.ToString(), one => one.Value, StringComparer.Ordinal);
        return
        [
            .. children.Select(child => bySpi.TryGetValue(child.InboundSpi, out ChildActivity last)
                ? child with { LastReceivedAt = Second(last.LastReceived), LastSentAt = Second(last.LastSent) }
                : child),
        ];
    }

    private static DateTimeOffset? Second(DateTimeOffset? time) => time is { } exact ? DateTimeOffset.FromUnixTimeSeconds(exact.ToUnixTimeSeconds()) : null;

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
