using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Status;

[Field("The tunnel as it was last seen.")]
public sealed record IpsecTunnelStatus
{
    [Field("Ready, Reconciling and Stalled (kstatus), Established, QuantumSafe, DataPathHealthy, and CertificateValid where the tunnel names certificates.", ListType = "map", ListMapKey = "type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    [Field("The metadata.generation that this status speaks of.")]
    public long? ObservedGeneration { get; init; }

    [Field("The peer's address and port in use.")]
    public string? Peer { get; init; }

    [Field("The key exchanges that made the IKE SA in short, for example P-384 + ML-KEM-768.")]
    public string? KeyExchange { get; init; }

    [Field("True when the keys in use come from at least one ML-KEM exchange.")]
    public bool? QuantumSafe { get; init; }

    [Field("The IKE SA.")]
    public IkeStatus? Ike { get; init; }

    [Field("The child SAs.")]
    public IReadOnlyList<ChildStatus>? Children { get; init; }

    [Field("The first child SA's SPIs in short, inbound/outbound.")]
    public string? Spis { get; init; }

    [Field("What encrypts the packets: xfrm or userspace.")]
    public string? Dataplane { get; init; }

    [Field("Why spec.dataplane: Auto did not take the kernel's ESP on this node, in a sentence; left out where it did, and where the spec chooses.")]
    public string? DataplaneReason { get; init; }

    [Field("The network card that encrypts, or why none does, where spec.child.hardwareOffload asks for one.")]
    public string? HardwareOffload { get; init; }

    [Field("The tunnel's network interface on the node.")]
    public string? Interface { get; init; }

    [Field("The largest packet that fits into the tunnel, in octets.")]
    public int? Mtu { get; init; }

    [Field("The largest packet that the path to the peer carries, in octets, as routes, routers and probes have shown.")]
    public int? PathMtu { get; init; }

    [Field("The last probe's round-trip time, for example 1.2ms.")]
    public string? Rtt { get; init; }

    [Field("What the probe inside the tunnel sees; at most 15 s old while the tunnel is up.")]
    public ProbeStatus? Probe { get; init; }

    [Field("When the first of the certificates that this end proves itself with expires, as its Secret has them.")]
    public DateTimeOffset? CertificateExpiryTime { get; init; }

    [Field("When the keys were last renewed.")]
    public DateTimeOffset? LastRekeyTime { get; init; }

    [Field("What went through the tunnel since the daemon started; at most 15 s old while the tunnel is up.")]
    public CounterStatus? Counters { get; init; }

    [Field("The node that carries the tunnel.")]
    public string? Node { get; init; }

    [Field("The nodes on which a daemon of the tunnel has run; each is cleaned when the tunnel is deleted, and then leaves this list.")]
    public IReadOnlyList<string>? Nodes { get; init; }

    [Field("The gateway that carries the tunnel: the name of its ReplicaSet.")]
    public string? Gateway { get; init; }

    [Field("The pod that carries the tunnel.")]
    public string? Pod { get; init; }

    [Field("What went wrong last, in one sentence; empty when nothing did.")]
    public string? LastError { get; init; }
}
