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

    /// <summary>The reason why it cannot run a cell, or null.</summary>
    public string? CannotRun(Cell cell) =>
        Missing(cell.Suite) is { } feature
            ? $"it has no {feature}"
            : Limits.FirstOrDefault(limit => limit.Holds(cell))?.Reason;

    public override string ToString() => Name;

    private string? Missing(Suite suite) => Keywords.Missing(suite.Ike)
        ?? ((ChildKeywords ?? Keywords).Missing(suite.Child) is { } keyword ? $"{keyword} for child SAs" : null);
}
