using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;

namespace K8sPqTunnel.Simulation.Tests.Scenarios;

/// <summary>What the ends may propose. One more is one more line.</summary>
internal static class Suites
{
    private static readonly Transform Gcm = new(TransformType.Encryption, (ushort)EncryptionId.AesGcm16, 256);
    private static readonly Transform ChaCha = new(TransformType.Encryption, (ushort)EncryptionId.ChaCha20Poly1305);
    private static readonly Transform Cbc = new(TransformType.Encryption, (ushort)EncryptionId.AesCbc, 256);
    private static readonly Transform Sha256 = Transform.Of(IntegrityId.HmacSha2_256_128);
    private static readonly Transform Prf384 = Transform.Of(PrfId.HmacSha2_384);
    private static readonly Transform Prf256 = Transform.Of(PrfId.HmacSha2_256);
    private static readonly Transform P384 = Transform.Of(KeyExchangeMethod.Ecp384);
    private static readonly Transform X25519 = Transform.Of(KeyExchangeMethod.X25519);

    public static IReadOnlyList<IkeProposal> Ike { get; } =
    [
        new([Gcm, Prf384, P384, Transform.Additional(1, KeyExchangeMethod.MlKem768)]),
        new([Gcm, Prf384, P384, Transform.Additional(1, KeyExchangeMethod.MlKem1024)]),
        new([Cbc, Sha256, Prf256, X25519, Transform.Additional(1, KeyExchangeMethod.MlKem768)]),
        new([ChaCha, Prf256, X25519, Transform.Additional(1, KeyExchangeMethod.MlKem768)]),
        new([Gcm, Prf384, X25519, Transform.Additional(1, KeyExchangeMethod.MlKem512), Transform.Additional(3, KeyExchangeMethod.Ecp521),
            Transform.Additional(7, KeyExchangeMethod.MlKem1024)]),
        new([Gcm, Prf256, Transform.Of(KeyExchangeMethod.MlKem512)]),
    ];

    public static IReadOnlyList<EspProposal> Esp { get; } =
    [
        new([Gcm]),
        new([Gcm, P384]),
        new([Gcm, P384, Transform.Additional(1, KeyExchangeMethod.MlKem768)]),
        new([Cbc, Sha256, X25519, Transform.Additional(1, KeyExchangeMethod.MlKem768), Transform.Additional(2, KeyExchangeMethod.Ecp256)]),
        new([ChaCha, Transform.Of(KeyExchangeMethod.MlKem768)]),
    ];
}
