using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Simulation.Tests.Hosts;
using K8sPqTunnel.Simulation.Tests.Network;
using K8sPqTunnel.Simulation.Tests.Scenarios;

namespace K8sPqTunnel.Simulation.Tests;

/// <summary>One seed: two ends, a storm, clear weather, and what must hold then. Virtual time, one thread.</summary>
internal sealed class Run : IDisposable
{
    // The longest wait of a retry is a minute, and a dead peer is noticed within four.
    private static readonly TimeSpan HealingLimit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan QuietTime = TimeSpan.FromMinutes(8);

    // What was asked during the storm may be repeated for 165 s (RetransmissionPlan.Default).
    private static readonly TimeSpan EchoTime = TimeSpan.FromMinutes(3);

    // A rekey with all its key exchanges takes well under a second of clear weather; what is replaced goes within some more.
    private static readonly TimeSpan LongestDisagreement = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PacketInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Eternity = TimeSpan.FromDays(1);

    private readonly Scenario _scenario;
    private readonly Random _chance;
    private readonly Air _air = new();
    private readonly Nat _nat;
    private readonly Host _left;
    private readonly Host _right;
    private readonly List<string>? _trace;
    private Weather _weather;
    private TimeSpan _now;
    private TimeSpan _outageEnds;
    private TimeSpan _nextPacket;
    private bool _trafficHasBegun;
    private string? _lost;
    private string? _repeated;
    private TimeSpan? _agreedSince;

    /// <param name="trace">Where every event is written; null for nowhere.</param>
    public Run(Scenario scenario, List<string>? trace)
    {
        _scenario = scenario;
        _trace = trace;
        _weather = scenario.Storm;
        _chance = new Random(scenario.Seed ^ 0x5eed);
        _nat = new Nat(Configs.LeftAddress, scenario.HasNat ? Configs.NatAddress : Configs.LeftAddress);
        _left = new Host(Sides.Left, scenario, (path, message) => Launch(Sides.Left, path, message, default), told => Tell(Sides.Left, told));
        _right = new Host(Sides.Right, scenario, (path, message) => Launch(Sides.Right, path, message, default), told => Tell(Sides.Right, told));
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>Null when everything held, otherwise what did not.</returns>
    public string? Execute()
    {
        _left.Start(_now);
        _right.Start(_now);
        foreach (Disturbance disturbance in _scenario.Disturbances)
        {
            RunUntil(disturbance.At);
            Disturb(disturbance);
        }

        RunUntil(_scenario.StormLength);
        _weather = _weather.Cleared();
        _outageEnds = TimeSpan.Zero;
        return Heal();
    }

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }

    private string? Disagreement => Agreement.Judge(_left, _right, _scenario.Children);

    /// <summary>Clear weather until both ends have agreed for long enough.</summary>
    private string? Heal()
    {
        TimeSpan limit = _now + HealingLimit;
        TimeSpan agreedAt = _now;
        string? why;
        do
        {
            why = Disagreement;
            if (why is null)
            {
                agreedAt = _now;
                _agreedSince ??= _now;
            }
            else if (_now - agreedAt > LongestDisagreement)
            {
                // What the storm left unanswered may come to its end only now.
                _agreedSince = null;
                _repeated = null;
            }

            if (_now - _agreedSince >= QuietTime)
                return _lost ?? _repeated;
        }
        while (Step(limit));
        return $"they do not stay in agreement within {HealingLimit.TotalMinutes} min of clear weather: {why ?? "they fall out again and again"}";
    }

    private void RunUntil(TimeSpan time)
    {
        while (Step(time))
        {
        }

        _now = time;
    }

    /// <summary>The next thing that happens, if that is before <paramref name="end"/>.</summary>
    private bool Step(TimeSpan end)
    {
        TimeSpan air = _air.Next ?? Eternity;
        TimeSpan left = _left.NextDeadline ?? Eternity;
        TimeSpan right = _right.NextDeadline ?? Eternity;
        TimeSpan next = Min(Min(air, _nextPacket), Min(left, right));
        if (next > end)
            return false;
        _now = next > _now ? next : _now;
        if (next == air)
            Land(_air.Land());
        else if (next == left)
            _left.Advance(_now);
        else if (next == right)
            _right.Advance(_now);
        else
            SendPackets();
        return true;
    }

    private void Land(Flight flight)
    {
        Host to = flight.ToRight ? _right : _left;
        if (flight.Message is { } message)
            to.Receive(_now, flight.Path, message);
        else if (!to.Ledger.Receives(flight.Spi) && _scenario.IsCalm)
            _lost ??= $"at {_now} a packet for SA {flight.Spi} was lost, and nothing but rekeys was going on";
    }

    private void SendPackets()
    {
        _nextPacket = _now + PacketInterval;
        if (!_scenario.IsCalm)
        {
            _nextPacket = Eternity;
            return;
        }

        SendPacket(Sides.Left, _left);
        SendPacket(Sides.Right, _right);
        _trafficHasBegun |= _left.Ledger.Outgoing is not null && _right.Ledger.Outgoing is not null;
    }

    private void SendPacket(Sides from, Host host)
    {
        if (host.Ledger.Outgoing is { } child)
            Launch(from, child.Path, message: null, child.Outbound);
        else if (_trafficHasBegun)
            _lost ??= $"at {_now} {from} had no SA to send by, and nothing but rekeys was going on";
    }

    private void Launch(Sides from, PeerPath path, byte[]? message, EspSpi spi)
    {
        if (_now < _outageEnds || _chance.NextDouble() < _weather.Loss)
            return;
        bool toRight = from == Sides.Left;
        if ((toRight ? _nat.AtRight(path) : _nat.AtLeft(path)) is not { } seen)
            return;
        for (int copies = _chance.NextDouble() < _weather.Duplication ? 2 : 1; copies > 0; copies--)
            _air.Launch(new Flight(toRight, seen, message, spi), _now + _weather.Delay + _weather.Jitter * _chance.NextDouble());
    }

    private void Disturb(Disturbance disturbance)
    {
        _trace?.Add($"{_now} {disturbance}");
        if (disturbance.Kind == DisturbanceKind.Outage)
        {
            _outageEnds = _now + disturbance.Length;
            return;
        }

        if (disturbance.Sides.HasFlag(Sides.Left))
            _left.Disturb(_now, disturbance);
        if (disturbance.Sides.HasFlag(Sides.Right))
            _right.Disturb(_now, disturbance);
    }

    private void Tell(Sides side, IkeEvent told)
    {
        _trace?.Add($"{_now} {side}: {told}");
        if (_now - _agreedSince > EchoTime && told is RequestRepeated repeated)
            _repeated ??= $"at {_now} {side} had to repeat a request in clear weather: {repeated}";
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
