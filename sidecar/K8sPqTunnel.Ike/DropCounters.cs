namespace K8sPqTunnel.Ike;

/// <summary>Counts dropped datagrams by reason. Written by the connection's thread, read by any.</summary>
public sealed class DropCounters
{
    private readonly long[] _counts = new long[(int)DropReason.TurnedAway + 1];

    public long this[DropReason reason] => Volatile.Read(ref _counts[(int)reason]);

    public long Total => Enum.GetValues<DropReason>().Sum(reason => this[reason]);

    internal void Count(DropReason reason) => Volatile.Write(ref _counts[(int)reason], _counts[(int)reason] + 1);
}
