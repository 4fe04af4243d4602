using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("A pre-shared key, kept in a Secret.")]
public sealed record PskSpec
{
    [Field("The Secret and the key in it that hold the octets of the pre-shared key.", Required = true)]
    public SecretKeyRef? SecretRef { get; init; }

    [Field("How the value is read: Text takes its octets as they are, Hex and Base64 decode it (a leading 0x or 0s, as strongSwan writes them, is "
        + "left out). Without it the value is text, and one that strongSwan would decode is refused, because the two ends could mean different keys.")]
    public PskEncoding? Encoding { get; init; }
}
