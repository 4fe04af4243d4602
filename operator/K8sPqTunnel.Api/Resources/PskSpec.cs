using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("A pre-shared key, kept in a Secret.")]
public sealed record PskSpec
{
    [Field("The Secret and the key in it that hold the octets of the pre-shared key.", Required = true)]
    public SecretKeyRef? SecretRef { get; init; }
}
