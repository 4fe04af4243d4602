namespace K8sPqTunnel.Api.Proposals;

/// <summary>What a proposal must hold beside known keywords (RFC 7296 3.3, RFC 5282 8, RFC 9370 2.2.1).</summary>
internal static class ProposalRules
{
    private delegate string? Rule(string text, ProposalProtocol protocol, IReadOnlyList<Transform> transforms);

    private static readonly Rule[] All =
        [HasEncryption, CiphersAreOfOneKind, IntegrityFitsTheCipher, PrfIsThereForIkeOnly, SequenceNumbersAreOfEsp, HasKeyExchange, RoundsOfferMoreThanNone, MethodsDiffer];

    /// <summary>The first rule's complaint, or null.</summary>
    public static string? Check(string text, ProposalProtocol protocol, IReadOnlyList<Transform> transforms)
    {
        foreach (Rule rule in All)
        {
            if (rule(text, protocol, transforms) is { } error)
                return error;
        }

        return null;
    }

    /// <summary>The PRF over the same hash as an integrity algorithm: HMAC-SHA2-256/384/512 are 12/13/14 there and 5/6/7 here.</summary>
    public static Transform PrfOf(Transform integrity) => new(TransformType.Prf, (ushort)(integrity.Id - 7));

    private static string? HasEncryption(string text, ProposalProtocol protocol, IReadOnlyList<Transform> transforms) =>
        Has(transforms, TransformType.Encryption) ? null : $"\"{text}\" names no cipher: add one, for example aes256gcm16";

    // RFC 7296 3.3: AEAD and other ciphers go into separate proposals, because only the others need integrity.
    private static string? CiphersAreOfOneKind(string text, ProposalProtocol protocol, IReadOnlyList<Transform> transforms) =>
        Ciphers(transforms).Select(c => c.Aead).Distinct().Count() > 1
            ? $"\"{text}\" mixes AEAD ciphers ({Names(transforms, aead: true)}) with CBC ({Names(transforms, aead: false)}): "
                + "write one proposal for each kind"
            : null;

    private static string? IntegrityFitsTheCipher(string text, ProposalProtocol protocol, IReadOnlyList<Transform> transforms)
    {
        bool aead = Ciphers(transforms).Any(c => c.Aead);
        Transform? integrity = transforms.Where(t => t.Type == TransformType.Integrity).Cast<Transform?>().FirstOrDefault();
        if (!aead)
        {
            return integrity is null ? $"\"{text}\" has a CBC cipher and no integrity algorithm: add one, for example sha256" : null;
        }

        if (integrity is not { } extra)
            return null;
        string keyword = ProposalKeywords.Find(extra)!.Text;
        return protocol == ProposalProtocol.Ike
            ? $"\"{text}\" has an AEAD cipher, which needs no integrity algorithm: write prf{keyword} instead of {keyword}"
            : $"\"{text}\" has an AEAD cipher, which needs no integrity algorithm: leave {keyword} out";
    }

    private static string? PrfIsThereForIkeOnly(string text, ProposalProtocol protocol, IReadOnlyList<Transform> transforms)
    {
        bool hasPrf = Has(transforms, TransformType.Prf);
        if (protocol == ProposalProtocol.Esp)
            return hasPrf ? $"\"{text}\" names a PRF, which only an IKE proposal has: leave it out" : null;
        return hasPrf || Has(transforms, TransformType.Integrity)
            ? null
            : $"\"{text}\" names no PRF, which an IKE proposal needs also with an AEAD cipher: add one, for example prfsha384";
    }

    private static string? SequenceNumbersAreOfEsp(string text, ProposalProtocol protocol, IReadOnlyList<Transform> transforms) =>
        protocol == ProposalProtocol.Ike && Has(transforms, TransformType.SequenceNumbers)
            ? $"\"{text}\" names esn or noesn, which only a child proposal has: leave it out"
            : null;

    private static string? HasKeyExchange(string text, ProposalProtocol protocol, IReadOnlyList<Transform> transforms)
    {
        if (Has(transforms, TransformType.KeyExchange))
            return null;
        if (protocol == ProposalProtocol.Ike)
            return $"\"{text}\" names no key exchange: add one, for example ecp384 (and ke1_mlkem768 to make it post-quantum)";
        return transforms.Any(t => t.IsKeyExchange)
            ? $"\"{text}\" has additional key exchanges without a first one: add one, for example ecp384"
            : null;
    }

    private static string? RoundsOfferMoreThanNone(string text, ProposalProtocol protocol, IReadOnlyList<Transform> transforms)
    {
        IGrouping<TransformType, Transform>? empty = transforms.Where(t => t.IsKeyExchange).GroupBy(t => t.Type)
            .FirstOrDefault(round => round.All(t => t.Id == ProposalKeywords.None));
        return empty is null
            ? null
            : $"\"{text}\" offers nothing but none for additional key exchange {empty.Key - TransformType.KeyExchange - 1}: leave it out";
    }

    // RFC 9370 2.2.1: the methods of one proposal's rounds must differ.
    private static string? MethodsDiffer(string text, ProposalProtocol protocol, IReadOnlyList<Transform> transforms)
    {
        IGrouping<ushort, Transform>? twice = transforms.Where(t => t.IsKeyExchange && t.Id != ProposalKeywords.None).GroupBy(t => t.Id)
            .FirstOrDefault(method => method.Count() > 1);
        return twice is null
            ? null
            : $"\"{text}\" names {ProposalText.KeyExchangeName(twice.Key)} in two key exchange rounds, whose methods must differ: leave one out";
    }

    private static bool Has(IReadOnlyList<Transform> transforms, TransformType type) => transforms.Any(t => t.Type == type);

    private static IEnumerable<ProposalKeyword> Ciphers(IReadOnlyList<Transform> transforms) =>
        transforms.Where(t => t.Type == TransformType.Encryption).Select(t => ProposalKeywords.Find(t)!);

    private static string Names(IReadOnlyList<Transform> transforms, bool aead) =>
        string.Join(", ", Ciphers(transforms).Where(c => c.Aead == aead).Select(c => c.Text));
}
