using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Resources;

/// <summary>A ValidatingWebhookConfiguration, as far as the operator fills it in.</summary>
internal sealed record WebhookConfiguration : IKubernetesObject
{
    public string ApiVersion => "admissionregistration.k8s.io/v1";

    public string Kind => "ValidatingWebhookConfiguration";

    public required ObjectMeta Metadata { get; init; }

    public IReadOnlyList<Webhook>? Webhooks { get; init; }
}
