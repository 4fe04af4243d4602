namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>Hands out cells to the workers, so that a worker stays with its stage as long as there are cells for it.</summary>
internal sealed class CellQueue(IEnumerable<Cell> cells)
{
    private readonly Lock _lock = new();
    private readonly List<Cell> _waiting = [.. cells];

    /// <summary>The next cell, best one for the stage with <paramref name="key"/>; null when there are none.</summary>
    public Cell? Next(StageKey? key)
    {
        lock (_lock)
        {
            Cell? cell = _waiting.Find(waiting => StageKey.Of(waiting) == key)
                ?? _waiting.GroupBy(StageKey.Of).MaxBy(group => group.Count())?.First();
            if (cell is not null)
                _waiting.Remove(cell);
            return cell;
        }
    }
}
