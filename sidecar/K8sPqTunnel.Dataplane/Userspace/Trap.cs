namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Tells that a packet found no SA, seldom enough for a flood of them to cost nothing. Safe from several threads.</summary>
/// <param name="sprung">Null where nobody wants to know.</param>
/// <param name="pause">Time between two tellings.</param>
internal sealed class Trap(Action? sprung, TimeSpan pause, TimeProvider time)
{
    private long _next = long.MinValue;

    public void Spring()
    {
        if (sprung is null)
            return;
        long now = time.GetTimestamp(), next = Volatile.Read(ref _next);
        if (now < next || Interlocked.CompareExchange(ref _next, now + (long)(pause.TotalSeconds * time.TimestampFrequency), next) != next)
            return;
        sprung();
    }
}
