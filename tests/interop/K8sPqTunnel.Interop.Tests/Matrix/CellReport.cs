namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>What came of a cell, and why.</summary>
/// <param name="Cell">Which.</param>
/// <param name="Verdict">What.</param>
/// <param name="Reason">Why; empty for a pass.</param>
/// <param name="Peer">The peer as it calls itself; empty where it was not asked.</param>
/// <param name="Took">Without the start of the peer.</param>
internal sealed record CellReport(Cell Cell, Verdict Verdict, string Reason = "", string Peer = "", TimeSpan Took = default);
