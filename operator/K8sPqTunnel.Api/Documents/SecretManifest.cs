using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Documents;

/// <summary>A Kubernetes Secret as it stands in a file.</summary>
internal sealed record SecretManifest
{
    public string? ApiVersion { get; init; }
    public string? Kind { get; init; }

    [Field(Open = true)]
    public ObjectMetadata? Metadata { get; init; }
    public string? Type { get; init; }
    public bool? Immutable { get; init; }

    /// <summary>Base64.</summary>
    public IReadOnlyDictionary<string, string>? Data { get; init; }

    /// <summary>Plain text; wins over <see cref="Data"/>.</summary>
    public IReadOnlyDictionary<string, string>? StringData { get; init; }

    public override string ToString() => $"Secret {Metadata?.Name}";
}
