using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>The cells: each peer in each role with each suite; the other factors one after the other, so that each value meets each peer and role.</summary>
internal static class Cells
{
    /// <summary>Shell pattern over the cells' names: runs only those, for example <c>libreswan*</c>.</summary>
    private const string SelectionVariable = "PQTUNNEL_CELLS";

    private static readonly Rekey[] Rekeys = [Rekey.PeerChild, Rekey.OurChild, Rekey.PeerIke, Rekey.OurIke];

    public static IReadOnlyList<Cell> All { get; } = [.. Every().Where(IsSelected)];

    private static IEnumerable<Cell> Every() =>
        from peer in PeerKinds.All
        from role in Enum.GetValues<Role>()
        from cell in Of(peer, role)
        select cell;

    private static IEnumerable<Cell> Of(PeerKind peer, Role role)
    {
        Suite usual = peer.Usual;
        Suite[] suites = peer.Hybrid ? Suites.All : [Suites.Default, .. Suites.WithoutMlKem];
        // Every suite is rekeyed by someone, and with the usual one everyone rekeys everything.
        for (int i = 0; i < suites.Length; i++)
        {
            if (suites[i] != usual)
                yield return new Cell(peer, role, suites[i]) { Rekey = Rekeys[i % Rekeys.Length] };
        }

        yield return new Cell(peer, role, usual);
        foreach (Rekey rekey in Rekeys)
            yield return new Cell(peer, role, usual) { Rekey = rekey };
        foreach (KeyKind kind in Enum.GetValues<KeyKind>())
            yield return new Cell(peer, role, usual) { Certificate = kind };
        yield return new Cell(peer, role, usual) { Nat = true, Rekey = Rekey.OurChild };
        yield return new Cell(peer, role, usual) { SmallFragments = true };
    }

    private static bool IsSelected(Cell cell) => Environment.GetEnvironmentVariable(SelectionVariable) is not { Length: > 0 } pattern
        || System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, cell.ToString());
}
