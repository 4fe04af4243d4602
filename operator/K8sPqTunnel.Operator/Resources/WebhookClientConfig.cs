namespace K8sPqTunnel.Operator.Resources;

/// <summary>How the API server calls a webhook.</summary>
internal sealed record WebhookClientConfig
{
    /// <summary>Whom it trusts to vouch for the webhook: certificates in PEM.</summary>
    public byte[]? CaBundle { get; init; }
}
