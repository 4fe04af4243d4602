using System.Net;

namespace K8sPqTunnel.Ike.Mobility;

/// <summary>Where a connection has been sent, and whether it goes: gateways that send it round and round are left (RFC 5685 6).</summary>
internal sealed class RedirectTrail
{
    private Queue<TimeSpan>? _followed;

    /// <summary>The gateway to begin at in place of a configured one; null without.</summary>
    public IPAddress? Target { get; private set; }

    /// <summary>Who has sent us to <see cref="Target"/>, until we are there.</summary>
    public IPAddress? From { get; private set; }

    /// <summary>False where that has been done too often lately.</summary>
    public bool TryFollow(TimeSpan now, IPAddress from, IPAddress to)
    {
        _followed ??= new();
        while (_followed.TryPeek(out TimeSpan first) && now - first > TimeSpan.FromSeconds(IkeLimits.RedirectSeconds))
            _followed.Dequeue();
        if (_followed.Count >= IkeLimits.Redirects)
            return false;
        _followed.Enqueue(now);
        (From, Target) = (from, to);
        return true;
    }

    /// <summary>The other gateway has taken us.</summary>
    public void Arrive() => From = null;

    /// <summary>The other gateway does not take us: a configured one is next.</summary>
    public void GiveUp() => From = Target = null;
}
