namespace K8sPqTunnel.Lab.Peers;

/// <summary>How a peer writes the transforms that the lab names in strongSwan's keywords.</summary>
/// <param name="words">By keyword; a keyword that is missing is an algorithm that the peer does not have.</param>
public sealed class PeerKeywords(IReadOnlyDictionary<string, string> words)
{
    /// <summary>The first keyword of a proposal that the peer has no word for, or null.</summary>
    public string? Missing(string proposal) => proposal.Split('-').FirstOrDefault(keyword => !words.ContainsKey(keyword));

    internal string? Encryption(string proposal) => Find(proposal, IsEncryption);

    internal string? Integrity(string proposal) => Find(proposal, IsIntegrity);

    internal string? Prf(string proposal) => Find(proposal, IsPrf);

    internal string? KeyExchange(string proposal) =>
        Find(proposal, keyword => !IsEncryption(keyword) && !IsIntegrity(keyword) && !IsPrf(keyword));

    private static bool IsEncryption(string keyword) =>
        keyword.StartsWith("aes", StringComparison.Ordinal) || keyword.StartsWith("chacha", StringComparison.Ordinal);

    private static bool IsIntegrity(string keyword) => keyword.StartsWith("sha", StringComparison.Ordinal);

    private static bool IsPrf(string keyword) => keyword.StartsWith("prf", StringComparison.Ordinal);

    private string? Find(string proposal, Func<string, bool> which) =>
        proposal.Split('-').FirstOrDefault(which) is { } keyword ? words[keyword] : null;
}
