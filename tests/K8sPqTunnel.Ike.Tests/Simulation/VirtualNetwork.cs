using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Ike.Testing.Network;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>Time, and the network between the ends of a test. One thread; chance comes from the seed.</summary>
internal abstract class VirtualNetwork(int seed)
{
    private static readonly TimeSpan Flight = TimeSpan.FromMilliseconds(10);

    private readonly VirtualTime _time = new();
    private readonly Air<(bool ToPeer, PeerPath Path, byte[] Datagram)> _air = new(seed, new Weather(0, 0, Flight, TimeSpan.Zero));

    public TimeSpan Now => _time.Now;

    /// <summary>0 to 1.</summary>
    public double Loss
    {
        get => _air.Weather.Loss;
        set => _air.Weather = _air.Weather with { Loss = value };
    }

    public double Duplication
    {
        get => _air.Weather.Duplication;
        set => _air.Weather = _air.Weather with { Duplication = value };
    }

    /// <summary>Datagrams take up to this much longer, and so overtake each other.</summary>
    public TimeSpan Jitter
    {
        get => _air.Weather.Jitter;
        set => _air.Weather = _air.Weather with { Jitter = value };
    }

    /// <summary>Drops what it says true to; the first argument says whether it goes to the peer, the right end.</summary>
    public Func<bool, byte[], bool> Drops { get; set; } = (_, _) => false;

    /// <summary>Changes what is on the way.</summary>
    public Func<bool, byte[], byte[]> Mutate { get; set; } = (_, datagram) => datagram;

    /// <summary>Lets time go by, event by event.</summary>
    public void Run(TimeSpan duration) => _time.RunUntil(Now + duration);

    /// <summary>Lets the next thing happen; false where there is none up to <paramref name="end"/>.</summary>
    public bool TryStep(TimeSpan end) => _time.Step(end);

    /// <summary>Runs until <paramref name="condition"/> holds; fails when it does not within <paramref name="limit"/>.</summary>
    public void RunUntil(Func<bool> condition, TimeSpan limit)
    {
        TimeSpan end = Now + limit;
        while (!condition())
            Assert.True(_time.Step(end), $"not within {limit}");
    }

    /// <summary>Sets what happens. Of two things at the same time the one named first goes first, and arrivals go last.</summary>
    protected void Begin(params (Func<TimeSpan?> NextDeadline, Action<TimeSpan> Advance)[] ends)
    {
        foreach ((Func<TimeSpan?> nextDeadline, Action<TimeSpan> advance) in ends)
            _time.Add(nextDeadline, () => advance(Now));
        _time.Add(() => _air.Next, () =>
        {
            (bool toPeer, PeerPath path, byte[] datagram) = _air.Land();
            Receive(toPeer, path, datagram);
        });
    }

    /// <summary>A datagram has come through.</summary>
    protected abstract void Receive(bool toPeer, PeerPath path, byte[] datagram);

    /// <summary>The path as <see cref="Receive"/> gets it; null where the datagram goes to nobody.</summary>
    protected virtual PeerPath? Route(bool toPeer, PeerPath path) => path;

    protected void Launch(bool toPeer, PeerPath path, byte[] datagram)
    {
        if (!Drops(toPeer, datagram) && !_air.Loses() && Route(toPeer, path) is { } arrival)
            _air.Launch(Now, () => (toPeer, arrival, Mutate(toPeer, [.. datagram])));
    }
}
