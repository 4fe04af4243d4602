namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>What has passed in one direction, from any thread.</summary>
internal sealed class TrafficCounters
{
    private long _packets;
    private long _octets;

    public long Packets => Volatile.Read(ref _packets);

    /// <summary>Of inner packets.</summary>
    public long Octets => Volatile.Read(ref _octets);

    public void Add(int packets, long octets)
    {
        Interlocked.Add(ref _packets, packets);
        Interlocked.Add(ref _octets, octets);
    }
}
