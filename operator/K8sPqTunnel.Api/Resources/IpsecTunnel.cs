using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Status;

namespace K8sPqTunnel.Api.Resources;

/// <summary>One IPsec tunnel to one peer: the custom resource, and the document that the daemon reads without Kubernetes.</summary>
[Field("IpsecTunnel is one post-quantum IKEv2/IPsec tunnel from this cluster or host to one peer.")]
[PrinterColumn("Ready", ".status.conditions[?(@.type==\"Ready\")].status", Description = "Packets pass (or, unprobed, the child SA is up).")]
[PrinterColumn("Peer", ".status.peer", Description = "The peer's address and port in use.")]
[PrinterColumn("Key exchange", ".status.keyExchange", Description = "The key exchanges that made the IKE SA.")]
[PrinterColumn("Data plane", ".status.dataplane", Description = "What encrypts the packets.")]
[PrinterColumn("RTT", ".status.rtt", Description = "The last probe's round-trip time inside the tunnel.")]
[PrinterColumn("Age", ".metadata.creationTimestamp", Type = "date")]
[PrinterColumn("SPIs", ".status.spis", Priority = 1, Description = "The child SA's SPIs, inbound/outbound.")]
[PrinterColumn("MTU", ".status.mtu", Type = "integer", Priority = 1)]
[PrinterColumn("Rx", ".status.counters.receivedBytes", Type = "integer", Priority = 1, Description = "Octets received through the tunnel.")]
[PrinterColumn("Tx", ".status.counters.sentBytes", Type = "integer", Priority = 1, Description = "Octets sent through the tunnel.")]
[PrinterColumn("Last rekey", ".status.lastRekeyTime", Type = "date", Priority = 1)]
public sealed record IpsecTunnel
{
    public const string Group = "pqtunnel.io";
    public const string Version = "v1alpha1";
    public const string GroupVersion = Group + "/" + Version;
    public const string KindName = "IpsecTunnel";
    public const string Plural = "ipsectunnels";

    /// <summary>Held until the daemon has said that everything it made is gone.</summary>
    public const string Finalizer = Group + "/teardown";

    public string? ApiVersion { get; init; }
    public string? Kind { get; init; }

    [Field(Open = true)]
    public ObjectMetadata? Metadata { get; init; }

    [Field("The tunnel as it should be.", Required = true)]
    public IpsecTunnelSpec? Spec { get; init; }

    [Field("The tunnel as it was last seen; written by the operator.")]
    public IpsecTunnelStatus? Status { get; init; }
}
