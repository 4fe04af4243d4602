namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>A feature that our side does not have yet.</summary>
/// <param name="Feature">In the report.</param>
/// <param name="Needed">Whether a cell needs it.</param>
internal sealed record OurGap(string Feature, Func<Cell, bool> Needed)
{
    /// <summary>Only the rekey needs it: the cell is run without.</summary>
    public bool OfRekey { get; init; }
}
