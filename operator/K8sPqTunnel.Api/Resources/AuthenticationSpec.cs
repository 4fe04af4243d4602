using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("How both ends prove who they are: by a pre-shared key, by certificates, or each by its own means.")]
[Rule(".psk", "has(self.psk) || has(self.certificate)", "spec.authentication needs psk, certificate, or both.")]
[Rule(".local", "!has(self.psk) || !has(self.certificate) || (has(self.local) && has(self.remote))",
    "with psk and certificate, spec.authentication.local and .remote say which end uses which.")]
public sealed record AuthenticationSpec
{
    [Field("A pre-shared key.")]
    public PskSpec? Psk { get; init; }

    [Field("Certificates.")]
    public CertificateSpec? Certificate { get; init; }

    [Field("What this end proves itself with. Needed only with both psk and certificate.")]
    public ProofMethod? Local { get; init; }

    [Field("What the peer has to prove itself with. Needed only with both psk and certificate.")]
    public ProofMethod? Remote { get; init; }

    [Field("Postquantum preshared keys beside them, which keep the traffic secret even where a quantum computer breaks every key exchange. A peer that "
        + "knows RFC 9867 chooses one that both have; to one that knows RFC 8784 only, the first is named.",
        MinItems = 1, MaxItems = 8, ListType = "map", ListMapKey = "id")]
    public IReadOnlyList<PpkSpec>? Ppk { get; init; }

    [Field("When a postquantum preshared key goes in. Intermediate: with IKE_INTERMEDIATE where the peer can, so that the identities in IKE_AUTH are "
        + "protected by it too (RFC 9867), and else with IKE_AUTH (RFC 8784). Auth: always with IKE_AUTH.", Default = "\"Intermediate\"")]
    public PpkExchange? PpkExchange { get; init; }
}
