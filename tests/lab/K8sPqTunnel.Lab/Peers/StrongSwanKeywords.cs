namespace K8sPqTunnel.Lab.Peers;

/// <summary>strongSwan's own keywords, and what <c>swanctl --list-sas</c> calls them.</summary>
public static class StrongSwanKeywords
{
    private static readonly string[] ClassicalWords =
    [
        "aes128gcm16", "aes256gcm16", "chacha20poly1305", "aes128", "aes256", "sha256", "sha384", "sha512", "prfsha256", "prfsha384", "prfsha512",
        "ecp256", "ecp384", "ecp521", "x25519", "modp2048", "modp3072", "modp4096", "x448", "ecp256bp", "ecp384bp", "ke1_x25519", "ke2_x25519", "ke2_ecp521", "ke3_ecp521",
    ];

    private static readonly string[] MlKemWords =
        ["mlkem512", "mlkem768", "mlkem1024", "ke1_mlkem512", "ke1_mlkem768", "ke1_mlkem1024"];

    /// <summary>Debian's 6.1, whose plugin <c>ml</c> is built.</summary>
    public static PeerKeywords Hybrid { get; } = Of([.. ClassicalWords, .. MlKemWords]);

    /// <summary>Debian's 6.0.1, built without ML-KEM.</summary>
    public static PeerKeywords Classical { get; } = Of(ClassicalWords);

    private static PeerKeywords Of(string[] words) => new(words.ToDictionary(word => word));
}
