namespace K8sPqTunnel.Ike.Sessions;

/// <summary>How long a peer has answered everything with TEMPORARY_FAILURE: minutes of it are no crossing of exchanges any more (RFC 7296 2.25).</summary>
internal sealed class PutOffs
{
    /// <summary>From then on the two ends are taken to be out of step for good.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>After such a time without one, the next has nothing to do with those before.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private TimeSpan _first = TimeSpan.MinValue;
    private TimeSpan _last = TimeSpan.MinValue;

    /// <summary>Takes note of one.</summary>
    /// <returns>Whether it has gone on too long: another IKE SA has to take over.</returns>
    public bool Add(TimeSpan now)
    {
        if (_first == TimeSpan.MinValue || now - _last > Pause)
            _first = now;
        _last = now;
        return now - _first >= Limit;
    }

    /// <summary>The peer has done something that it was asked for.</summary>
    public void Forget() => _first = TimeSpan.MinValue;
}
