using System.Text.Json;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>The recorded conversations by name.</summary>
internal static class TranscriptFiles
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Default)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new HexConverter() },
    };

    /// <summary>The file names without folder and extension.</summary>
    public static TheoryData<string> Names { get; } =
    [
        "s1_p384_mlkem768_gcm256_prf384_child_mlkem768",
        "s2_p384_mlkem768_gcm256_prf512_frag576",
        "s3_p384_mlkem1024_cbc256_sha256_prf256",
        "s5_p384_mlkem768_ppk",
        "s6_mlkem768_only_gcm256_prf384",
        "s7_p384_classic_gcm256_prf384",
        "s8_invalid_ke_then_p384_mlkem1024",
        "s11_p384_mlkem1024_cnsa",
        "s13_p384_mlkem768_cert_ecdsa384_ed25519",
        "s15_p384_mlkem768_full_transcript_auth",
        "s16_p384_mlkem768_mldsa65_mldsa44",
    ];

    /// <summary>Reads one; skips the test when the files aren't there.</summary>
    public static Transcript Load(string name) =>
        JsonSerializer.Deserialize<Transcript>(Vectors.Read($"ikev2-transcripts/{name}.json"), Options)
        ?? throw new InvalidDataException($"{name} is empty");

    public static IEnumerable<Transcript> LoadAll() => Names.Select(row => Load(row.Data));
}
