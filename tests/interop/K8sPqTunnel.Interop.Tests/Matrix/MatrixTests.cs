namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>Our daemon against every peer: a case for each cell.</summary>
public sealed class MatrixTests(InteropMatrix matrix) : IClassFixture<InteropMatrix>
{
    public static TheoryData<string> Names { get; } = [.. Cells.All.Select(cell => cell.ToString())];

    [Theory, MemberData(nameof(Names))]
    public async Task A_tunnel_with_a_real_peer_comes_up_carries_packets_and_is_rekeyed(string cell)
    {
        CellReport report = await matrix.ReportAsync(cell);

        Assert.SkipWhen(report.Verdict is Verdict.PeerCannot or Verdict.WeCannotYet, MatrixReport.Reason(report));
        Assert.True(report.Verdict == Verdict.Pass, report.Reason);
    }
}
