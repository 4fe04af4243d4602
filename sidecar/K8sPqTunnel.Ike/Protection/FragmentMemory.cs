namespace K8sPqTunnel.Ike.Protection;

/// <summary>
/// What the incomplete messages of all IKE SAs together may hold: whoever only runs a key exchange with us can send fragments that never
/// become whole, with as many SAs as it likes. Safe from several threads.
/// </summary>
/// <param name="limit">Octets.</param>
public sealed class FragmentMemory(long limit = IkeLimits.FragmentMemory)
{
    private long _used;

    /// <summary>Octets that are held now.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>False where that would be too much; then nothing is taken.</summary>
    internal bool TryTake(int octets)
    {
        if (Interlocked.Add(ref _used, octets) <= limit)
            return true;
        Return(octets);
        return false;
    }

    internal void Return(int octets) => Interlocked.Add(ref _used, -octets);
}
