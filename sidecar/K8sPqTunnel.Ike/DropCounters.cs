namespace K8sPqTunnel.Ike;

/// <summary>Counts dropped datagrams by reason. Written by the connection's thread, read by any.</summary>
public sealed class DropCounters
{
    // Made with the first drop: most connections never have one.
    private long[]? _counts;

    public long this[DropReason reason] => Volatile.Read(ref _counts) is { } counts ? Volatile.Read(ref counts[(int)reason]) : 0;

    public long Total => Enum.GetValues<DropReason>().Sum(reason => this[reason]);

    internal void Count(DropReason reason)
    {
        long[]? counts = _counts;
        if (counts is null)
            Volatile.Write(ref _counts, counts = new long[(int)DropReason.TurnedAway + 1]);
        Volatile.Write(ref counts[(int)reason], counts[(int)reason] + 1);
    }
}
