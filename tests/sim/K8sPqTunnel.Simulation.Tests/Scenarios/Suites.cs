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

    /// <summary>Of whom has no ML-KEM.</summary>
    public static IkeProposal Classical { get; } = new([Gcm, Prf384, P384]);

    /// <summary>Its first message has a key of the wrong group for <see cref="SecondGroup"/>.</summary>
    public static IkeProposal TwoGroups { get; } = new([Gcm, Prf384, X25519, P384, Transform.Additional(1, KeyExchangeMethod.MlKem768)]);

    public static IkeProposal SecondGroup { get; } = new([Gcm, Prf384, P384, Transform.Additional(1, KeyExchangeMethod.MlKem768)]);

    /// <summary>As many additional key exchanges as there can be (RFC 9370 2.2.1).</summary>
    public static IkeProposal SevenMore { get; } = new([Gcm, Prf384, P384,
        Transform.Additional(1, KeyExchangeMethod.MlKem512), Transform.Additional(2, KeyExchangeMethod.MlKem768), Transform.Additional(3, KeyExchangeMethod.MlKem1024),
        Transform.Additional(4, KeyExchangeMethod.X25519), Transform.Additional(5, KeyExchangeMethod.X448), Transform.Additional(6, KeyExchangeMethod.Ecp521),
        Transform.Additional(7, KeyExchangeMethod.BrainpoolP256)]);

    public static EspProposal ClassicalEsp { get; } = new([Gcm, P384]);

    /// <summary>The same with sequence numbers of 64 bits.</summary>
    public static EspProposal Extended(EspProposal esp) => new(
        [.. esp.Transforms.Where(t => t.Type != TransformType.SequenceNumbers), new(TransformType.SequenceNumbers, Transform.SequenceNumbers64)]);

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
