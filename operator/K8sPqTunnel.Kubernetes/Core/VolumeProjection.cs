using System.Text.Json.Serialization;

namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>One source of a projected volume.</summary>
public sealed record VolumeProjection
{
    public ServiceAccountTokenProjection? ServiceAccountToken { get; init; }

    public SecretProjection? Secret { get; init; }

    public ConfigMapProjection? ConfigMap { get; init; }

    [JsonPropertyName("downwardAPI")]
    public DownwardApiProjection? DownwardApi { get; init; }
}
