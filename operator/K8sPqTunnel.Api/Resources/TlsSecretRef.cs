using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("A Secret of type kubernetes.io/tls in the tunnel's namespace.")]
public sealed record TlsSecretRef
{
    public const string CertificateKey = "tls.crt";
    public const string PrivateKeyKey = "tls.key";

    [Field("The Secret's name.", Required = true, MaxLength = 253, Pattern = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
    public string? Name { get; init; }
}
