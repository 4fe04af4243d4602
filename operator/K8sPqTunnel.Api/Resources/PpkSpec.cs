using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("A postquantum preshared key, PPK: a second secret of both ends that is mixed into the keys (RFC 8784, RFC 9867).")]
public sealed record PpkSpec
{
    [Field("What both ends call it (strongSwan: ppk_id).", Required = true, MinLength = 1, MaxLength = 128)]
    public string? Id { get; init; }

    [Field("The Secret and the key in it that hold the octets of the PPK; 32 random ones are best.", Required = true)]
    public SecretKeyRef? SecretRef { get; init; }

    [Field("How the value is read, as of psk.")]
    public PskEncoding? Encoding { get; init; }

    [Field("Whether the tunnel stays down where the peer has none of the keys.", Default = "true")]
    public bool? Required { get; init; }
}
