using System.Collections.Frozen;
using static K8sPqTunnel.Api.Proposals.TransformType;

namespace K8sPqTunnel.Api.Proposals;

/// <summary>The keywords of proposals, with IANA's numbers (registry "IKEv2 Parameters").</summary>
internal static class ProposalKeywords
{
    public const ushort None = 0;
    public const ushort MlKem512 = 35;
    public const ushort MlKem1024 = 37;

    public static readonly ProposalKeyword[] All =
    [
        new("aes128gcm16", new(Encryption, 20, 128), "AES_GCM_16_128", Aead: true),
        new("aes192gcm16", new(Encryption, 20, 192), "AES_GCM_16_192", Aead: true),
        new("aes256gcm16", new(Encryption, 20, 256), "AES_GCM_16_256", Aead: true),
        new("chacha20poly1305", new(Encryption, 28), "CHACHA20_POLY1305", Aead: true),      // RFC 7634 2: no key length attribute
        new("aes128", new(Encryption, 12, 128), "AES_CBC_128"),
        new("aes192", new(Encryption, 12, 192), "AES_CBC_192"),
        new("aes256", new(Encryption, 12, 256), "AES_CBC_256"),
        new("sha256", new(Integrity, 12), "HMAC_SHA2_256_128"),
        new("sha384", new(Integrity, 13), "HMAC_SHA2_384_192"),
        new("sha512", new(Integrity, 14), "HMAC_SHA2_512_256"),
        new("prfsha256", new(Prf, 5), "PRF_HMAC_SHA2_256"),
        new("prfsha384", new(Prf, 6), "PRF_HMAC_SHA2_384"),
        new("prfsha512", new(Prf, 7), "PRF_HMAC_SHA2_512"),
        new("ecp256", new(KeyExchange, 19), "P-256"),
        new("ecp384", new(KeyExchange, 20), "P-384"),
        new("ecp521", new(KeyExchange, 21), "P-521"),
        new("x25519", new(KeyExchange, 31), "X25519"),
        new("x448", new(KeyExchange, 32), "X448"),
        new("ecp256bp", new(KeyExchange, 28), "brainpoolP256r1"),
        new("ecp384bp", new(KeyExchange, 29), "brainpoolP384r1"),
        new("ecp512bp", new(KeyExchange, 30), "brainpoolP512r1"),
        new("modp1536", new(KeyExchange, 5), "MODP-1536"),                                  // RFC 8247 2.4: SHOULD NOT
        new("modp2048", new(KeyExchange, 14), "MODP-2048"),
        new("modp3072", new(KeyExchange, 15), "MODP-3072"),
        new("modp4096", new(KeyExchange, 16), "MODP-4096"),
        new("modp6144", new(KeyExchange, 17), "MODP-6144"),
        new("modp8192", new(KeyExchange, 18), "MODP-8192"),
        new("mlkem512", new(KeyExchange, MlKem512), "ML-KEM-512"),
        new("mlkem768", new(KeyExchange, 36), "ML-KEM-768"),
        new("mlkem1024", new(KeyExchange, MlKem1024), "ML-KEM-1024"),
        new("noesn", new(SequenceNumbers, 0), "32-bit sequence numbers"),
        new("esn", new(SequenceNumbers, 1), "64-bit sequence numbers"),                     // RFC 4304; RFC 9827 renamed the type
    ];

    private static readonly FrozenDictionary<string, ProposalKeyword> ByText = All.ToFrozenDictionary(k => k.Text);

    private static readonly FrozenDictionary<Transform, ProposalKeyword> ByTransform = All.ToFrozenDictionary(k => k.Transform);

    public static ProposalKeyword? Find(string text) => ByText.GetValueOrDefault(text);

    public static ProposalKeyword? Find(Transform transform) => ByTransform.GetValueOrDefault(transform);

    public static bool IsMlKem(ushort keyExchange) => keyExchange is >= MlKem512 and <= MlKem1024;
}
