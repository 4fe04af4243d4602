namespace K8sPqTunnel.Operator.Resources;

/// <summary>One webhook of a <see cref="WebhookConfiguration"/>.</summary>
internal sealed record Webhook
{
    public required string Name { get; init; }

    public WebhookClientConfig? ClientConfig { get; init; }
}
