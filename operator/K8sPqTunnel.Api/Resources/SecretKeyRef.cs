using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("One value of a Secret in the tunnel's namespace.")]
public sealed record SecretKeyRef
{
    public const string DefaultKey = "psk";

    [Field("The Secret's name.", Required = true, MaxLength = 253, Pattern = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
    public string? Name { get; init; }

    [Field("The key inside the Secret.", Default = "\"psk\"", MaxLength = 253, Pattern = "^[-._a-zA-Z0-9]+$")]
    public string? Key { get; init; }
}
