using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>Writes transforms in strongSwan's proposal keywords, which the field knows.</summary>
internal static class ProposalText
{
    public static string Format(IEnumerable<Transform> transforms) =>
        string.Join('-', transforms.OrderBy(t => Rank(t.Type)).Select(Keyword).Where(keyword => keyword.Length > 0));

    public static string FormatAll<T>(IEnumerable<T> proposals) => string.Join(", ", proposals);

    // strongSwan writes the PRF before the key exchange and after the integrity algorithm; sequence numbers come last.
    private static int Rank(TransformType type) => type switch
    {
        TransformType.Encryption => 0,
        TransformType.Integrity => 1,
        TransformType.PseudorandomFunction => 2,
        TransformType.SequenceNumbers => int.MaxValue,
        _ => (int)type,
    };

    private static string Keyword(Transform transform) => transform.Type switch
    {
        TransformType.Encryption => TransformSupport.FindEncryption(transform)?.Keyword ?? $"encr{transform.Id}_{transform.KeyBits}",
        TransformType.PseudorandomFunction => $"prf{HashKeyword(transform.Id, (ushort)PrfId.HmacSha2_256)}",
        TransformType.Integrity => transform.Id == 0 ? "" : HashKeyword(transform.Id, (ushort)IntegrityId.HmacSha2_256_128),
        TransformType.KeyExchange => MethodKeyword(transform.Id),
        TransformType.SequenceNumbers => transform.Id == Transform.SequenceNumbers64 ? "esn" : "",
        _ when transform.IsAdditionalKeyExchange =>
            $"ke{transform.Type - TransformType.AdditionalKeyExchange1 + 1}_{MethodKeyword(transform.Id)}",
        _ => $"type{(int)transform.Type}_{transform.Id}",
    };

    // Both number spaces list SHA2-256, -384 and -512 one after the other.
    private static string HashKeyword(ushort id, ushort first) => (id - first) switch
    {
        0 => "sha256",
        1 => "sha384",
        2 => "sha512",
        _ => $"unknown{id}",
    };

    private static string MethodKeyword(ushort id)
    {
        if (id == (ushort)KeyExchangeMethod.None)
            return "none";
        return KeyExchangeParameters.TryFind((KeyExchangeMethod)id, out KeyExchangeParameters? method) ? method.Keyword : $"group{id}";
    }
}
