namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>The suites of the matrix; another one is another line.</summary>
internal static class Suites
{
    private const string Hybrid768 = "aes256gcm16-ecp384-ke1_mlkem768";

    public static readonly Suite Default = new("default", "aes256gcm16-prfsha384-ecp384-ke1_mlkem768", Hybrid768, "P-384", "ML-KEM-768");
    public static readonly Suite Classical = new("classical under Preferred", "aes256gcm16-prfsha384-ecp384", "aes256gcm16-ecp384", "P-384");

    public static readonly Suite[] All =
    [
        Default,
        new("Cloudflare", "aes256gcm16-prfsha384-ecp384-ke1_mlkem768", "aes256gcm16-ecp384", "P-384", "ML-KEM-768"),
        new("CNSA 2.0", "aes256gcm16-prfsha384-ecp384-ke1_mlkem1024", "aes256gcm16-ecp384-ke1_mlkem1024", "P-384", "ML-KEM-1024"),
        new("X25519", "aes256gcm16-prfsha256-x25519-ke1_mlkem768", "aes256gcm16-x25519-ke1_mlkem768", "X25519", "ML-KEM-768"),
        new("CBC", "aes256-sha384-prfsha384-ecp384-ke1_mlkem768", "aes256-sha384-ecp384-ke1_mlkem768", "P-384", "ML-KEM-768"),
        new("ChaCha20", "chacha20poly1305-prfsha256-ecp256-ke1_mlkem768", "chacha20poly1305-ecp256-ke1_mlkem768", "P-256", "ML-KEM-768"),
        new("three rounds", "aes256gcm16-prfsha384-ecp384-ke1_mlkem768-ke2_x25519-ke3_ecp521", Hybrid768,
            "P-384", "ML-KEM-768", "X25519", "P-521"),
        new("ML-KEM alone", "aes256gcm16-prfsha384-mlkem768", "aes256gcm16-mlkem768", "ML-KEM-768"),
        new("X448", "aes256gcm16-prfsha384-x448-ke1_mlkem768", "aes256gcm16-x448-ke1_mlkem768", "X448", "ML-KEM-768"),
        new("brainpool P-384", "aes256gcm16-prfsha384-ecp384bp-ke1_mlkem1024", "aes256gcm16-ecp384bp-ke1_mlkem1024", "brainpoolP384r1", "ML-KEM-1024"),
        new("MODP-3072", "aes256gcm16-prfsha384-modp3072-ke1_mlkem768", "aes256gcm16-modp3072-ke1_mlkem768", "MODP-3072", "ML-KEM-768"),
        Classical,
        new("classical CBC", "aes256-sha256-prfsha256-modp3072", "aes256-sha384-modp3072", "MODP-3072"),
        new("classical MODP-2048", "aes256-sha256-prfsha256-modp2048", "aes256-sha384-modp2048", "MODP-2048"),
        new("classical MODP-4096", "aes256-sha512-prfsha512-modp4096", "aes256-sha512-modp4096", "MODP-4096"),
        new("classical brainpool P-256", "aes256-sha256-prfsha256-ecp256bp", "aes256-sha384-ecp256bp", "brainpoolP256r1"),
        new("classical ChaCha20", "chacha20poly1305-prfsha256-x25519", "chacha20poly1305-x25519", "X25519"),
    ];

    /// <summary>Those without ML-KEM: what a classical peer can do at all.</summary>
    public static IEnumerable<Suite> WithoutMlKem => All.Where(suite => suite.Policy == "Preferred");
}
