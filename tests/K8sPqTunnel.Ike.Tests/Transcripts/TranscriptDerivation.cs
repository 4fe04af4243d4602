using System.Text.Json.Serialization;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>One key derivation: inputs and every output. Which properties it has depends on <see cref="Kind"/>.</summary>
internal sealed record TranscriptDerivation
{
    /// <summary><c>IKE_SA_INIT</c>, <c>IKE_INTERMEDIATE n</c>, <c>RFC8784 PPK</c>, <c>CHILD …</c> or <c>IKE rekey</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>SK(0), SK(1), … in order; in IKE_INTERMEDIATE n only SK(n).</summary>
    public IReadOnlyList<byte[]> SharedSecrets { get; init; } = [];

    public byte[] Ni { get; init; } = [];

    public byte[] Nr { get; init; } = [];

    public byte[] SpiI { get; init; } = [];

    public byte[] SpiR { get; init; } = [];

    [JsonPropertyName("SKEYSEED")]
    public byte[]? Skeyseed { get; init; }

    [JsonPropertyName("SK_d")]
    public byte[]? SkD { get; init; }

    [JsonPropertyName("SK_ai")]
    public byte[]? SkAi { get; init; }

    [JsonPropertyName("SK_ar")]
    public byte[]? SkAr { get; init; }

    [JsonPropertyName("SK_ei")]
    public byte[]? SkEi { get; init; }

    [JsonPropertyName("SK_er")]
    public byte[]? SkEr { get; init; }

    [JsonPropertyName("SK_pi")]
    public byte[]? SkPi { get; init; }

    [JsonPropertyName("SK_pr")]
    public byte[]? SkPr { get; init; }

    /// <summary>In an IKE rekey: SK_d of the SA that is replaced.</summary>
    [JsonPropertyName("old_SK_d")]
    public byte[]? OldSkD { get; init; }

    /// <summary>In a child derivation: SK_d of its IKE SA.</summary>
    [JsonPropertyName("sk_d")]
    public byte[]? ParentSkD { get; init; }

    public byte[]? Keymat { get; init; }

    public byte[]? EncrI { get; init; }

    public byte[]? IntegI { get; init; }

    public byte[]? EncrR { get; init; }

    public byte[]? IntegR { get; init; }

    public bool IsChild => Kind.StartsWith("CHILD", StringComparison.Ordinal);

    public override string ToString() => Kind;
}
