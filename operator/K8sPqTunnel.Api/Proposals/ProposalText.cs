using System.Diagnostics.CodeAnalysis;

namespace K8sPqTunnel.Api.Proposals;

/// <summary>Reads and writes proposals in strongSwan's keywords, for example <c>aes256gcm16-prfsha384-ecp384-ke1_mlkem768</c>.</summary>
public static class ProposalText
{
    private const int MaxLength = 256;
    private const int MaxKeywords = 32;
    private const int RoundPrefix = 4;                                     // "ke1_"

    /// <summary>Reads one proposal; on failure <paramref name="error"/> is a sentence that says what to change.</summary>
    public static bool TryParse(string text, ProposalProtocol protocol, [NotNullWhen(true)] out Proposal? proposal,
        [NotNullWhen(false)] out string? error)
    {
        proposal = null;
        if (text.Length > MaxLength)
        {
            error = $"the proposal has {text.Length} characters, at most {MaxLength} are read: split it into several proposals";
            return false;
        }

        var transforms = new List<Transform>();
        string[] keywords = text.Split('-');
        if (keywords.Length > MaxKeywords)
        {
            error = $"\"{text}\" has {keywords.Length} keywords, at most {MaxKeywords} are read: split it into several proposals";
            return false;
        }

        foreach (string keyword in keywords)
        {
            if (!TryKeyword(keyword, out Transform transform, out error))
                return false;
            if (transforms.Contains(transform))
            {
                error = $"\"{text}\" names {keyword} twice: leave one out";
                return false;
            }

            transforms.Add(transform);
        }

        error = ProposalRules.Check(text, protocol, transforms);
        if (error is not null)
            return false;
        Complete(protocol, transforms);
        proposal = new Proposal(protocol, text, transforms);
        return true;
    }

    /// <summary>The keywords of chosen transforms, in the order of their types.</summary>
    public static string Of(IEnumerable<Transform> transforms) =>
        string.Join('-', transforms.Where(t => t is not { Type: TransformType.SequenceNumbers, Id: 0 }).OrderBy(t => t.Type).Select(KeywordOf));

    /// <summary>The name of a key exchange method for people, for example P-384 or ML-KEM-768.</summary>
    public static string KeyExchangeName(ushort method) =>
        ProposalKeywords.Find(new Transform(TransformType.KeyExchange, method))?.Name ?? $"group {method}";

    private static string KeywordOf(Transform transform)
    {
        if (transform.Type < TransformType.AdditionalKeyExchange1)
            return ProposalKeywords.Find(transform)?.Text ?? $"{(byte)transform.Type}_{transform.Id}";

        int round = transform.Type - TransformType.AdditionalKeyExchange1 + 1;
        string method = transform.Id == ProposalKeywords.None
            ? "none"
            : ProposalKeywords.Find(new Transform(TransformType.KeyExchange, transform.Id))?.Text ?? $"{transform.Id}";
        return $"ke{round}_{method}";
    }

    private static bool TryKeyword(string keyword, out Transform transform, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (keyword is ['k', 'e', >= '1' and <= '7', '_', ..])
        {
            TransformType type = TransformType.AdditionalKeyExchange1 + (byte)(keyword[2] - '1');
            string method = keyword[RoundPrefix..];
            transform = new Transform(type, ProposalKeywords.None);
            if (method == "none")
                return true;                                               // RFC 9370 2.2.1: NONE makes the round optional
            if (ProposalKeywords.Find(method) is { Transform.Type: TransformType.KeyExchange } exchange)
            {
                transform = new Transform(type, exchange.Transform.Id);
                return true;
            }
        }
        else if (ProposalKeywords.Find(keyword) is { } known)
        {
            transform = known.Transform;
            return true;
        }

        transform = default;
        error = Unknown(keyword);
        return false;
    }

    private static string Unknown(string keyword)
    {
        string prefix = keyword is ['k', 'e', >= '1' and <= '7', '_', ..] ? keyword[..RoundPrefix] : "";
        IEnumerable<string> candidates = prefix.Length == 0
            ? ProposalKeywords.All.Select(k => k.Text).Concat(ProposalKeywords.All.Where(IsMlKem).Select(k => "ke1_" + k.Text))
            : ProposalKeywords.All.Where(k => k.Transform.Type == TransformType.KeyExchange).Select(k => prefix + k.Text)
                .Append(prefix + "none");
        string known = string.Join(", ", candidates);
        return NearestName.To(keyword, candidates) is { } nearest
            ? $"unknown keyword \"{keyword}\", did you mean \"{nearest}\"?"
            : $"unknown keyword \"{keyword}\": the known ones are {known}";
    }

    private static bool IsMlKem(ProposalKeyword keyword) =>
        keyword.Transform.Type == TransformType.KeyExchange && ProposalKeywords.IsMlKem(keyword.Transform.Id);

    // strongSwan's shorthand: an IKE proposal with HMAC integrity and no PRF uses the same hash for both.
    // RFC 7296 3.3.3: an ESP proposal always carries the sequence number transform; 32 bits where nothing is said.
    private static void Complete(ProposalProtocol protocol, List<Transform> transforms)
    {
        if (protocol == ProposalProtocol.Esp && !transforms.Any(t => t.Type == TransformType.SequenceNumbers))
            transforms.Add(new Transform(TransformType.SequenceNumbers, 0));
        else if (protocol == ProposalProtocol.Ike && !transforms.Any(t => t.Type == TransformType.Prf))
            transforms.AddRange(transforms.Where(t => t.Type == TransformType.Integrity).Select(ProposalRules.PrfOf).ToArray());
    }
}
