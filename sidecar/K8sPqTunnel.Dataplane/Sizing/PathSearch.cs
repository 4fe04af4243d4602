namespace K8sPqTunnel.Dataplane.Sizing;

/// <summary>
/// Finds out by probes what a path carries (RFC 8899 5): first the most that is possible, then, where that does not arrive, less, until the
/// answer is close enough. Later it makes sure now and then that the path still carries as much, and asks whether it carries more.
/// </summary>
/// <remarks>
/// No I/O and no clock: <c>now</c> is any monotonic time. A probe counts as lost only where a small packet got through in its place, so a
/// peer that is away says nothing about the path. Sizes are those of IP packets, in octets. Not for two threads at once.
/// </remarks>
public sealed class PathSearch
{
    /// <summary>RFC 8899 5.1.2 BASE_PLPMTU: what most paths carry.</summary>
    public const int Base = 1200;

    /// <summary>So close together nothing is to be gained: a step of ESP's boundary, and a little.</summary>
    private const int Closeness = 8;

    /// <summary>A loss may be chance; as many for one size are none (RFC 8899 5.1.2: MAX_PROBES, 3 at the default).</summary>
    private const int LossesThatCount = 2;

    /// <summary>What is in use is given up later: that costs more than another second.</summary>
    private const int LossesThatCountInUse = 3;

    // Links and tunnels that are common: Ethernet, PPPoE, GRE, IPIP, other VPNs, clouds, jumbo frames.
    private static readonly int[] Common = [1280, 1300, 1320, 1340, 1360, 1380, 1400, 1420, 1440, 1450, 1460, 1472, 1476, 1480, 1492, 1500, 4000, 8500, 8900, 9000];

    private const int RaiseEvery = 10;

    private readonly int _least;
    private readonly TimeSpan _interval;
    private int _most;
    private int _low;
    private int _failed;
    private int _wanted;
    private int _losses;
    private TimeSpan _raiseAt;

    /// <summary>Nothing is known yet: what is possible is believed until a probe says otherwise.</summary>
    /// <param name="least">What every path carries: 576 with IPv4, 1,280 with IPv6.</param>
    /// <param name="most">What the path carries at most, as far as interface and routers tell.</param>
    /// <param name="interval">How often what is in use is made sure of; more is asked for after ten times as long. Null: a minute.</param>
    public PathSearch(int least, int most, TimeSpan? interval = null)
    {
        _least = least;
        _interval = interval ?? ConfirmAfter;
        Begin(most);
    }

    /// <summary>RFC 8899 5.1.1 CONFIRMATION_TIMER, where nothing else is set.</summary>
    public static TimeSpan ConfirmAfter { get; } = TimeSpan.FromMinutes(1);

    /// <summary>RFC 8899 5.1.1 PMTU_RAISE_TIMER: 10 minutes with the usual interval.</summary>
    public TimeSpan RaiseAfter => RaiseEvery * _interval;

    /// <summary>What interface and routers tell.</summary>
    public int Most => _most;

    /// <summary>What the path carries, as far as is known: packets of this size may be sent.</summary>
    public int Usable { get; private set; }

    /// <summary>The search is over; what follows only makes sure.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>When <see cref="Next"/> has something to ask; zero for at once.</summary>
    public TimeSpan Due { get; private set; }

    /// <summary>The way is another one: nothing is known of it.</summary>
    public void Begin(int most)
    {
        _most = Math.Max(most, _least);
        _low = 0;
        _failed = _most + 1;
        _losses = 0;
        _wanted = _most;
        Usable = _most;
        IsComplete = false;
        Due = TimeSpan.Zero;
    }

    /// <summary>What interface and routers tell has changed: less holds at once, more has to be shown first where the search was over.</summary>
    public void Follow(int most)
    {
        int held = Math.Max(most, _least);
        if (held == _most)
            return;
        if (held < _most || !IsComplete)
        {
            Begin(most);
            return;
        }

        _most = held;
        _raiseAt = TimeSpan.Zero;
        Due = TimeSpan.Zero;
    }

    /// <summary>The size to probe now; null where it is not time yet.</summary>
    public int? Next(TimeSpan now)
    {
        if (Due > now)
            return null;
        if (IsComplete && _raiseAt <= now)
        {
            // It may carry more than it did; what it carries is in use meanwhile.
            IsComplete = false;
            _losses = 0;
            _failed = _most + 1;
            _wanted = _most;
        }

        return _wanted;
    }

    /// <summary>A probe could not be sent, or nobody knows what became of it: it is tried again.</summary>
    public void Postpone(TimeSpan until) => Due = until;

    /// <summary>A probe was answered.</summary>
    /// <param name="wanted">As <see cref="Next"/> gave it.</param>
    /// <param name="sent">The size that it had; at most <paramref name="wanted"/>: a cipher of blocks can't fill every size.</param>
    /// <param name="passed">It arrived as it was; otherwise only in fragments.</param>
    public void Take(TimeSpan now, int wanted, int sent, bool passed)
    {
        if (wanted != _wanted)
            return;
        if (passed)
            Pass(now, sent);
        else
            Lose(now);
    }

    private void Pass(TimeSpan now, int sent)
    {
        _losses = 0;
        if (IsComplete)
        {
            Due = now + _interval;
            return;
        }

        _low = _wanted;
        Usable = sent;
        GoOn(now);
    }

    private void Lose(TimeSpan now)
    {
        Due = now;
        if (++_losses < (IsComplete ? LossesThatCountInUse : LossesThatCount))
            return;
        _losses = 0;
        // What went through goes no more: a black hole.
        if (IsComplete)
            _low = 0;
        IsComplete = false;
        _failed = _wanted;
        if (_low == 0)
            Usable = Math.Min(Usable, Math.Max(_least, Math.Min(Base, _failed - 1)));
        GoOn(now);
    }

    private void GoOn(TimeSpan now)
    {
        int low = Math.Max(_low, _least);
        if (_failed - low > Closeness && _low < _most)
        {
            _wanted = Between(low, _failed);
            Due = now;
            return;
        }

        // Below the least there is nothing to look for.
        if (_low == 0)
            Usable = _least;
        IsComplete = true;
        _wanted = Usable;
        _raiseAt = _low < _most ? now + RaiseAfter : TimeSpan.MaxValue;
        Due = now + _interval;
    }

    /// <summary>The next size of a search between one that passes and one that does not.</summary>
    private static int Between(int passes, int fails)
    {
        // Less than what most paths carry is not likely: that is asked first.
        if (passes < Base && Base < fails)
            return Base;
        int middle = (passes + fails) / 2;
        int common = Common.Where(size => size > passes && size < fails).OrderBy(size => Math.Abs(size - middle)).FirstOrDefault();
        return common == 0 ? middle : common;
    }
}
