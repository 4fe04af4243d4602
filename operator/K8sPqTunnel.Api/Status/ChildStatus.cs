using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Status;

[Field("One child SA.")]
public sealed record ChildStatus
{
    [Field("The SPI of packets to us, 8 hexadecimal digits.")]
    public string? InboundSpi { get; init; }

    [Field("The SPI of packets to the peer, 8 hexadecimal digits.")]
    public string? OutboundSpi { get; init; }

    [Field("The chosen proposal in strongSwan's keywords.")]
    public string? Proposal { get; init; }

    [Field("The key exchanges of this child SA; empty when its keys derive from the IKE SA's.")]
    public IReadOnlyList<string>? KeyExchanges { get; init; }

    [Field("The networks on this side after narrowing.")]
    public IReadOnlyList<string>? Local { get; init; }

    [Field("The networks on the peer's side after narrowing.")]
    public IReadOnlyList<string>? Remote { get; init; }

    [Field("The largest inner packet that leaves unfragmented outside, in octets; it differs between child SAs with other ciphers.")]
    public int? Mtu { get; init; }

    [Field("When the last packet came in by it.")]
    public DateTimeOffset? LastReceivedTime { get; init; }

    [Field("When the last packet went out by it.")]
    public DateTimeOffset? LastSentTime { get; init; }
}
