using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace K8sPqTunnel.Ike.Responding;

/// <summary>The half-open IKE SAs of an endpoint: by our SPI, and by the peer's for repeats of IKE_SA_INIT (RFC 7296 2.1).</summary>
/// <param name="limits">To begin with.</param>
internal sealed class HalfOpenTable(EndpointLimits limits)
{
    private readonly Dictionary<IkeSpi, HalfOpenSa> _bySpi = [];
    private readonly Dictionary<(IkeSpi Initiator, IPEndPoint Peer), HalfOpenSa> _byPeer = [];
    private readonly Dictionary<IPAddress, int> _perAddress = [];

    // All have the same time to go on, so who comes last is due last; one that is looked at again may be forgotten somewhat late.
    private readonly Queue<(TimeSpan Due, HalfOpenSa Sa)> _clock = new();

    // Few at a time: each of these peers has proved to hold a private key.
    private readonly List<(TimeSpan Due, HalfOpenSa Sa)> _checks = [];

    public EndpointLimits Limits { get; set; } = limits;

    public int Count => _bySpi.Count;

    /// <summary>When <see cref="Expire"/> or <see cref="TakeLate"/> has something to look at.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            TimeSpan? next = _clock.TryPeek(out (TimeSpan Due, HalfOpenSa Sa) first) ? first.Due : null;
            foreach ((TimeSpan due, _) in _checks)
                next = next < due ? next : due;
            return next;
        }
    }

    public bool HasRoom(IPAddress peer) =>
        Count < Limits.MaxHalfOpen && _perAddress.GetValueOrDefault(peer) < Limits.MaxHalfOpenPerAddress;

    public bool TryFind(IkeSpi local, [NotNullWhen(true)] out HalfOpenSa? sa) => _bySpi.TryGetValue(local, out sa);

    public bool TryFind(IkeSpi initiator, IPEndPoint peer, [NotNullWhen(true)] out HalfOpenSa? sa) =>
        _byPeer.TryGetValue((initiator, peer), out sa);

    public void Add(HalfOpenSa sa)
    {
        _bySpi.Add(sa.Session.Sa.LocalSpi, sa);
        _byPeer.Add((sa.Session.Sa.InitiatorSpi, sa.Peer), sa);
        _perAddress[sa.Peer.Address] = _perAddress.GetValueOrDefault(sa.Peer.Address) + 1;
        _clock.Enqueue((sa.Ends(Limits), sa));
    }

    /// <summary>The SA waits for a verdict about its peer's certificates, until then and not longer.</summary>
    public void AwaitCheck(TimeSpan until, HalfOpenSa sa)
    {
        if (!_checks.Exists(known => known.Sa == sa))
            _checks.Add((until, sa));
    }

    /// <summary>Those that have waited for their verdict too long.</summary>
    public IReadOnlyList<HalfOpenSa> TakeLate(TimeSpan now) => _checks.Count == 0 ? [] : TakeLateChecks(now);

    public void Remove(HalfOpenSa sa)
    {
        _checks.RemoveAll(check => check.Sa == sa);
        if (!_bySpi.Remove(sa.Session.Sa.LocalSpi))
            return;
        _byPeer.Remove((sa.Session.Sa.InitiatorSpi, sa.Peer));
        int left = _perAddress[sa.Peer.Address] - 1;
        if (left == 0)
            _perAddress.Remove(sa.Peer.Address);
        else
            _perAddress[sa.Peer.Address] = left;
    }

    /// <summary>Forgets those whose peers have had their time.</summary>
    public void Expire(TimeSpan now)
    {
        while (_clock.TryPeek(out (TimeSpan Due, HalfOpenSa Sa) first) && first.Due <= now)
        {
            _clock.Dequeue();
            if (!_bySpi.ContainsKey(first.Sa.Session.Sa.LocalSpi))
                continue;
            // Its peer may have gone on meanwhile.
            if (first.Sa.Ends(Limits) is { } later && later > now)
            {
                _clock.Enqueue((later, first.Sa));
                continue;
            }

            Remove(first.Sa);
            first.Sa.Session.Sa.Die(failure: null);
            first.Sa.Session.Dispose();
        }
    }

    public void Clear()
    {
        foreach (HalfOpenSa sa in _bySpi.Values)
            sa.Session.Dispose();
        _bySpi.Clear();
        _byPeer.Clear();
        _perAddress.Clear();
        _clock.Clear();
        _checks.Clear();
    }

    /// <remarks>Apart, since its closure would be made at each look at the clock.</remarks>
    private HalfOpenSa[] TakeLateChecks(TimeSpan now)
    {
        HalfOpenSa[] late = [.. _checks.Where(check => check.Due <= now && check.Sa.Session.Sa.Handshake.AwaitsVerdict).Select(check => check.Sa)];
        _checks.RemoveAll(check => check.Due <= now || !check.Sa.Session.Sa.Handshake.AwaitsVerdict);
        return late;
    }
}
