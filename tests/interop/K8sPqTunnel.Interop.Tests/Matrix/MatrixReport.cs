using System.Globalization;
using System.Text;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>The matrix in Markdown: a summary, a line for each cell, and the reasons.</summary>
internal static class MatrixReport
{
    public static string Write(IEnumerable<CellReport> reports)
    {
        CellReport[] all = [.. reports];
        var text = new StringBuilder("# Interop matrix\n\n");
        text.Append(Summary(all)).Append("\n## Cells\n\n")
            .Append("| peer | who initiates | suite | authentication | NAT | fragments | rekey | verdict | s |\n|---|---|---|---|---|---|---|---|---|\n");
        foreach (CellReport report in all)
            text.Append(Line(report));
        text.Append("\n## Reasons\n\n");
        foreach (IGrouping<string, CellReport> group in all.Where(report => report.Reason.Length > 0).GroupBy(Reason))
            text.Append(CultureInfo.InvariantCulture, $"- {group.Key}: {string.Join("; ", group.Select(report => report.Cell))}\n");
        return text.ToString();
    }

    /// <summary>The verdict in words, with its reason.</summary>
    public static string Reason(CellReport report) => report.Verdict switch
    {
        Verdict.Pass => "pass",
        Verdict.PeerCannot => $"peer cannot: {report.Reason}",
        Verdict.WeCannotYet => $"we cannot yet: {report.Reason}",
        _ => $"**fail**: {report.Reason.ReplaceLineEndings(" ")}",
    };

    private static string Summary(CellReport[] all)
    {
        var text = new StringBuilder("| peer | pass | fail | we cannot yet | peer cannot |\n|---|---|---|---|---|\n");
        foreach (IGrouping<PeerKind, CellReport> peer in all.GroupBy(report => report.Cell.Peer))
        {
            string version = peer.Select(report => report.Peer).FirstOrDefault(said => said.Length > 0) ?? peer.Key.Name;
            int Count(Verdict verdict) => peer.Count(report => report.Verdict == verdict);
            text.Append(CultureInfo.InvariantCulture,
                $"| {version} | {Count(Verdict.Pass)} | {Count(Verdict.Fail)} | {Count(Verdict.WeCannotYet)} | {Count(Verdict.PeerCannot)} |\n");
        }

        return text.ToString();
    }

    private static string Line(CellReport report)
    {
        Cell cell = report.Cell;
        string verdict = report.Verdict switch
        {
            Verdict.Pass => "pass",
            Verdict.PeerCannot => "peer cannot",
            Verdict.WeCannotYet => "we cannot yet",
            _ => "**fail**",
        };
        return string.Create(CultureInfo.InvariantCulture,
            $"| {cell.Peer} | {(cell.Role == Role.WeInitiate ? "we" : "peer")} | {cell.Suite.Name} | {cell.Proof} | {(cell.Nat ? "yes" : "")} "
            + $"| {cell.FragmentSize} | {(cell.Rekey == Rekey.None ? "" : cell.Rekey)} | {verdict} | {report.Took.TotalSeconds:0.0} |\n");
    }
}
