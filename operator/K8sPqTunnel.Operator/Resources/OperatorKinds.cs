using System.Text.Json;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Kubernetes.Client;

namespace K8sPqTunnel.Operator.Resources;

/// <summary>Where the operator's own kinds live in the API.</summary>
internal static class OperatorKinds
{
    public static ResourceKind<TunnelResource> Tunnel { get; } =
        new(IpsecTunnel.Group, IpsecTunnel.Version, IpsecTunnel.Plural, Namespaced: true, OperatorJson.Default.TunnelResource);

    public static ResourceKind<GatewayResource> Gateway { get; } =
        new(IpsecTunnel.Group, IpsecTunnel.Version, IpsecGateway.Plural, Namespaced: true, OperatorJson.Default.GatewayResource);

    public static ResourceKind<PolicyResource> Policy { get; } =
        new(IpsecTunnel.Group, IpsecTunnel.Version, PostQuantumPolicy.Plural, Namespaced: false, OperatorJson.Default.PolicyResource);

    public static ResourceKind<WebhookConfiguration> Webhooks { get; } =
        new("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", Namespaced: false, OperatorJson.Default.WebhookConfiguration);

    /// <summary>Secrets without their values.</summary>
    /// <param name="digestKey">The key of <see cref="SecretValue.Digest"/>.</param>
    public static ResourceKind<ObservedSecret> Secrets(byte[] digestKey)
    {
        var options = new JsonSerializerOptions(OperatorJson.Default.Options);
        options.Converters.Add(new SecretValueConverter(digestKey));
        return new ResourceKind<ObservedSecret>("", "v1", "secrets", Namespaced: true, new OperatorJson(options).ObservedSecret);
    }
}
