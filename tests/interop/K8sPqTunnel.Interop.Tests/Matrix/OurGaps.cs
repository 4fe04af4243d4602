namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>What our side cannot do yet. A cell that needs it cannot pass; the list is to become empty.</summary>
internal static class OurGaps
{
    private static readonly OurGap[] All = [];

    /// <summary>What a cell waits for, or null.</summary>
    public static OurGap? Find(Cell cell) => All.FirstOrDefault(gap => gap.Needed(cell));
}
