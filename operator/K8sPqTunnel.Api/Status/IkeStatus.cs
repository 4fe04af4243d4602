using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Status;

[Field("The IKE SA.")]
public sealed record IkeStatus
{
    [Field("The initiator's SPI, 16 hexadecimal digits.")]
    public string? InitiatorSpi { get; init; }

    [Field("The responder's SPI, 16 hexadecimal digits.")]
    public string? ResponderSpi { get; init; }

    [Field("The chosen proposal in strongSwan's keywords.")]
    public string? Proposal { get; init; }

    [Field("The key exchanges in the order in which they ran.")]
    public IReadOnlyList<string>? KeyExchanges { get; init; }

    [Field("When the IKE SA was authenticated.")]
    public DateTimeOffset? EstablishedTime { get; init; }
}
