using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Resources;

[Field("A pre-shared key, kept in a Secret.")]
public sealed record PskSpec
{
    [Field("The Secret and the key in it that hold the octets of the pre-shared key.", Required = true)]
    public SecretKeyRef? SecretRef { get; init; }

    [Field("How the value is read: Text takes its octets as they are, Hex and Base64 decode it (a leading 0x or 0s, as strongSwan writes them, is "
        + "left out). Without it the value is text, and one that strongSwan would decode is refused, because the two ends could mean different keys.")]
    public PskEncoding? Encoding { get; init; }

    [Field("For how long after the Secret's value has changed a peer that has not been given it yet may prove itself with the one before, between 0s and 720h. The daemon "
        + "keeps it in its memory only: it forgets it when it starts anew.", Default = "\"1h\"", Pattern = Duration.Pattern)]
    public string? Overlap { get; init; }
}
