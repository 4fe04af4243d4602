using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Status;

[Field("What went through the tunnel.")]
public sealed record CounterStatus
{
    [Field("Octets received, before encapsulation.")]
    public long ReceivedBytes { get; init; }

    [Field("Packets received.")]
    public long ReceivedPackets { get; init; }

    [Field("Octets sent, before encapsulation.")]
    public long SentBytes { get; init; }

    [Field("Packets sent.")]
    public long SentPackets { get; init; }

    [Field("Packets dropped, whatever the reason.")]
    public long DroppedPackets { get; init; }
}
