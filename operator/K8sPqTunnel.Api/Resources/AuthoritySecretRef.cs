using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("Certificates of authorities in a Secret of the tunnel's namespace.")]
public sealed record AuthoritySecretRef
{
    public const string DefaultKey = "ca.crt";

    [Field("The Secret's name.", Required = true, MaxLength = 253, Pattern = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
    public string? Name { get; init; }

    [Field("The key inside the Secret.", Default = "\"ca.crt\"", MaxLength = 253, Pattern = "^[-._a-zA-Z0-9]+$")]
    public string? Key { get; init; }
}
