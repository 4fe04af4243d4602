using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;

namespace K8sPqTunnel.Bench.Suites;

/// <summary>A cipher suite of the comparison. Only the key exchanges differ: AES-256-GCM and HMAC-SHA-384 in all, AES-256-GCM for ESP.</summary>
/// <param name="Name">For people.</param>
/// <param name="Keywords">strongSwan's.</param>
/// <param name="First">Of IKE_SA_INIT.</param>
/// <param name="Second">Of IKE_INTERMEDIATE, or null.</param>
internal sealed record Suite(string Name, string Keywords, KeyExchangeMethod First, KeyExchangeMethod? Second)
{
    public const string EspKeywords = "aes256gcm16";
    private const ushort Aes256GcmKeyBits = 256;

    public static Suite P384MlKem768 { get; } =
        new("P-384 + ML-KEM-768", "aes256gcm16-prfsha384-ecp384-ke1_mlkem768", KeyExchangeMethod.Ecp384, KeyExchangeMethod.MlKem768);

    public static Suite X25519MlKem768 { get; } =
        new("X25519 + ML-KEM-768", "aes256gcm16-prfsha384-x25519-ke1_mlkem768", KeyExchangeMethod.X25519, KeyExchangeMethod.MlKem768);

    public static Suite P384 { get; } = new("P-384", "aes256gcm16-prfsha384-ecp384", KeyExchangeMethod.Ecp384, null);

    public static Suite X25519 { get; } = new("X25519", "aes256gcm16-prfsha384-x25519", KeyExchangeMethod.X25519, null);

    public bool IsHybrid => Second is not null;

    public IkeProposal IkeProposal => new(
    [
        Encryption, Transform.Of(PrfId.HmacSha2_384), Transform.Of(First),
        .. Second is { } second ? [Transform.Additional(1, second)] : Array.Empty<Transform>(),
    ]);

    public static EspProposal EspProposal { get; } = new([Encryption]);

    private static Transform Encryption => new(TransformType.Encryption, (ushort)EncryptionId.AesGcm16, Aes256GcmKeyBits);
}
