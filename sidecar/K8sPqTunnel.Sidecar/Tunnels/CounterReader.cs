using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Sidecar.Sockets;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Brings the counters of sockets, IKE core and data plane together.</summary>
internal static class CounterReader
{
    /// <param name="ike">Datagrams that the IKE core dropped, each part of it by itself; none before the first connection.</param>
    public static CounterSnapshot Read(IDataplane dataplane, Underlay underlay, IReadOnlyList<DropCounters> ike)
    {
        DataplaneCounters passed = dataplane.ReadCounters();
        var drops = new Dictionary<string, long>(passed.Drops, StringComparer.Ordinal) { ["DatagramUnsent"] = underlay.Unsent };
        foreach (DropReason reason in Enum.GetValues<DropReason>())
            drops[$"Ike{reason}"] = ike.Sum(counters => counters[reason]);
        return new CounterSnapshot
        {
            InboundPackets = passed.InboundPackets,
            InboundOctets = passed.InboundOctets,
            OutboundPackets = passed.OutboundPackets,
            OutboundOctets = passed.OutboundOctets,
            Drops = drops.Where(drop => drop.Value != 0).ToDictionary(StringComparer.Ordinal),
        };
    }
}
