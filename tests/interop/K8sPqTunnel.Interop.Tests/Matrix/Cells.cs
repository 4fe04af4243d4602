using K8sPqTunnel.Lab.Testing;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>The cells: rows in which every two values of two factors meet, and for each thing that a peer cannot do one that asks it.</summary>
internal static class Cells
{
    /// <summary>Shell pattern over the cells' names: runs only those, for example <c>libreswan*</c>.</summary>
    private const string SelectionVariable = "PQTUNNEL_CELLS";

    private const int PeerFactor = 0;

    private static readonly Role[] Roles = Enum.GetValues<Role>();
    private static readonly Rekey[] Rekeys = Enum.GetValues<Rekey>();

    // Columns: how many values, and a cell with one of them.
    private static readonly (int Values, Func<Cell, int, Cell> Put)[] Factors =
    [
        (PeerKinds.All.Length, (cell, value) => cell with { Peer = PeerKinds.All[value] }),
        (Suites.All.Length, (cell, value) => cell with { Suite = Suites.All[value] }),
        (Proofs.All.Length, (cell, value) => cell with { Proof = Proofs.All[value] }),
        (Roles.Length, (cell, value) => cell with { Role = Roles[value] }),
        (Rekeys.Length, (cell, value) => cell with { Rekey = Rekeys[value] }),
        (2, (cell, value) => cell with { Nat = value == 1 }),
        (2, (cell, value) => cell with { SmallFragments = value == 1 }),
    ];

    public static IReadOnlyList<Cell> All { get; } = [.. Limits().Concat(Rows()).Where(IsSelected)];

    private static IEnumerable<Cell> Rows() => CoveringArray.Make([.. Factors.Select(factor => factor.Values)], Fits).Select(row =>
        row.Index().Aggregate(Plain(PeerKinds.All[0]), (cell, value) => Factors[value.Index].Put(cell, value.Item)));

    /// <summary>For each peer and each thing that it cannot do, the first cell that needs it.</summary>
    private static IEnumerable<Cell> Limits() =>
        from peer in PeerKinds.All
        from limited in (from factor in Factors.Skip(1)
                         from value in Enumerable.Range(0, factor.Values)
                         let cell = factor.Put(Plain(peer), value)
                         where peer.LimitOf(cell) is not null
                         select cell).DistinctBy(cell => peer.LimitOf(cell)!.Reason)
        select limited;

    // What peers cannot do is what keeps values apart; nothing else does.
    private static bool Fits(int one, int value, int other, int otherValue)
    {
        if (one != PeerFactor)
            return true;
        PeerKind peer = PeerKinds.All[value];
        return peer.LimitOf(Factors[other].Put(Plain(peer), otherValue)) is null;
    }

    private static Cell Plain(PeerKind peer) => new(peer, Role.WeInitiate, peer.Usual);

    private static bool IsSelected(Cell cell) => Environment.GetEnvironmentVariable(SelectionVariable) is not { Length: > 0 } pattern
        || System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, cell.ToString());
}
