namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Counts dropped packets by reason, from any thread.</summary>
internal sealed class DropCounters
{
    private static readonly EspDrop[] Reasons = Enum.GetValues<EspDrop>();
    private readonly long[] _counts = new long[Reasons.Length];

    public void Add(EspDrop reason, int packets = 1) => Interlocked.Add(ref _counts[(int)reason], packets);

    public long this[EspDrop reason] => Volatile.Read(ref _counts[(int)reason]);

    /// <summary>Every reason by its name, those that never happened too: a metric must not appear with its first fault.</summary>
    public Dictionary<string, long> Read()
    {
        var byName = new Dictionary<string, long>(Reasons.Length, StringComparer.Ordinal);
        foreach (EspDrop reason in Reasons.AsSpan(1))
            byName[reason.ToString()] = this[reason];
        return byName;
    }
}
