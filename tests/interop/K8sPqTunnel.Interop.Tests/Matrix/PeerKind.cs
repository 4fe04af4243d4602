using System.Text.RegularExpressions;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Roots;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>A product that the matrix runs against.</summary>
/// <param name="Name">In the report; the version is what the program says of itself.</param>
/// <param name="Root">Where it runs.</param>
/// <param name="Keywords">Its algorithms.</param>
/// <param name="Start">Starts it in the remote site's place.</param>
internal sealed record PeerKind(string Name, DebianRoot Root, PeerKeywords Keywords, Func<PeerStart, Task<IPeer>> Start)
{
    /// <summary>Whether it has ML-KEM; one that has not is tried with the classical suites.</summary>
    public bool Hybrid => Keywords.Missing("ke1_mlkem768") is null;

    /// <summary>Its algorithms for child SAs, where they are others.</summary>
    public PeerKeywords? ChildKeywords { get; init; }

    /// <summary>The suite that everything else is tried with.</summary>
    public Suite Usual => Hybrid ? Suites.Default : Suites.WithoutMlKem.First(suite => Missing(suite) is null);

    /// <summary>
    /// Pings that may go unanswered while SAs are rekeyed. Above zero for peers on the kernel of a user-mode Linux: on a busy machine
    /// that turns to the new SA late, and whose packet it was that got lost is not for this test to say.
    /// </summary>
    public int PingsLostAtRekey { get; init; }

    /// <summary>What else it cannot do, each with the sentence for the report.</summary>
    public IReadOnlyList<PeerLimit> Limits { get; init; } = [];

    /// <summary>How to ask it for an algorithm that it has no word for, by a pattern of the keywords.</summary>
    public IReadOnlyList<(string Keyword, PeerQuestion Question)> Questions { get; init; } = [];

    /// <summary>Its daemon signs and verifies as before RFC 7427 in all connections or in none.</summary>
    public bool SignsAlike { get; init; }

    /// <summary>What keeps it from running a cell, or null.</summary>
    public PeerLimit? LimitOf(Cell cell) => Missing(cell.Suite) ?? Limits.FirstOrDefault(limit => limit.Holds(cell));

    public override string ToString() => Name;

    private PeerLimit? Missing(Suite suite)
    {
        if (Keywords.Missing(suite.Ike) is { } keyword)
            return new PeerLimit($"it has no {keyword}", _ => true, QuestionOf(keyword));
        return ChildKeywords?.Missing(suite.Child) is { } child ? new PeerLimit($"it has no {child} for child SAs", _ => true) : null;
    }

    private PeerQuestion? QuestionOf(string keyword) => Questions.FirstOrDefault(
        row => Regex.IsMatch(keyword, row.Keyword, RegexOptions.None, TimeSpan.FromSeconds(1))).Question;
}
