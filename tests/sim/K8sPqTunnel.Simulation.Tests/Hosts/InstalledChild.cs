using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>One child SA as a data plane holds it, with copies of its keys to compare with the other end's.</summary>
internal sealed class InstalledChild(ChildSa sa)
{
    private readonly byte[] _inbound = KeyOctets(sa.InboundKeys);
    private readonly byte[] _outbound = KeyOctets(sa.OutboundKeys);

    public ChildSa Sa { get; } = sa;

    /// <summary>Where its packets go.</summary>
    public PeerPath Path { get; set; } = sa.Path;

    public EspSpi Inbound { get; } = sa.InboundSpi;

    public EspSpi Outbound { get; } = sa.OutboundSpi;

    /// <summary>What one end seals the other opens, both ways.</summary>
    public bool Matches(InstalledChild other) =>
        Inbound == other.Outbound && Outbound == other.Inbound &&
        _inbound.AsSpan().SequenceEqual(other._outbound) && _outbound.AsSpan().SequenceEqual(other._inbound);

    public override string ToString() => $"{Inbound.Value:x}/{Outbound.Value:x}";

    private static byte[] KeyOctets(ChildSaKeys keys) => [.. keys.Encryption.Span, .. keys.Integrity is { } integrity ? integrity.Span : []];
}
