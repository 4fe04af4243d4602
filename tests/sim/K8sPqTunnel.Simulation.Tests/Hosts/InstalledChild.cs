using System.Net;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>One child SA as a data plane holds it, with copies of its keys to compare with the other end's.</summary>
internal sealed class InstalledChild(ChildSa sa)
{
    private readonly IReadOnlyList<TrafficSelector> _local = sa.LocalSelectors;
    private readonly IReadOnlyList<TrafficSelector> _remote = sa.RemoteSelectors;

    public byte[] InboundKey { get; } = KeyOctets(sa.InboundKeys);

    public byte[] OutboundKey { get; } = KeyOctets(sa.OutboundKeys);

    /// <summary>Where its packets go.</summary>
    public PeerPath Path { get; set; } = sa.Path;

    public EspSpi Inbound { get; } = sa.InboundSpi;

    public EspSpi Outbound { get; } = sa.OutboundSpi;

    /// <summary>What it was made to replace, by our SPI; null: nothing.</summary>
    public EspSpi? Replaces { get; set; }

    public Usage Sent { get; } = new(sa);

    public Usage Received { get; } = new(sa);

    /// <summary>A packet has come by it.</summary>
    public bool IsUsed { get; set; }

    /// <summary>Where the last packet came from.</summary>
    public PeerPath LastSeen { get; set; }

    /// <summary>It may carry what goes from here to there.</summary>
    public bool Carries(IPAddress local, IPAddress remote) =>
        _local.Any(selector => selector.Contains(local)) && _remote.Any(selector => selector.Contains(remote));

    public bool IsReplacedBy(InstalledChild other) => other.Replaces == Inbound;

    /// <summary>What one end seals the other opens, both ways, for the same traffic.</summary>
    public bool Matches(InstalledChild other) =>
        Inbound == other.Outbound && Outbound == other.Inbound &&
        InboundKey.AsSpan().SequenceEqual(other.OutboundKey) && OutboundKey.AsSpan().SequenceEqual(other.InboundKey) &&
        HasSelectorsOf(other);

    public override string ToString() => $"{Inbound.Value:x}/{Outbound.Value:x}";

    private bool HasSelectorsOf(InstalledChild other) =>
        _local.SequenceEqual(other._remote) && _remote.SequenceEqual(other._local);

    private static byte[] KeyOctets(ChildSaKeys keys) => [.. keys.Encryption.Span, .. keys.Integrity is { } integrity ? integrity.Span : []];
}
