using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Ike.Testing.Network;
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

    private readonly Scenario _scenario;
    private readonly VirtualTime _time = new();
    private readonly Air<Flight> _air;
    private readonly Nat _nat;
    private readonly Host _left;
    private readonly Host _right;
    private readonly List<string>? _trace;
    private TimeSpan _outageEnds;
    private TimeSpan? _nextPacket;
    private bool _trafficHasBegun;
    private string? _lost;
    private string? _repeated;
    private TimeSpan? _agreedSince;

    /// <param name="trace">Where every event is written; null for nowhere.</param>
    public Run(Scenario scenario, List<string>? trace)
    {
        _scenario = scenario;
        _trace = trace;
        _air = new Air<Flight>(scenario.Seed ^ 0x5eed, scenario.Storm);
        _nextPacket = scenario.IsCalm ? TimeSpan.Zero : null;
        _nat = new Nat(Configs.LeftAddress, scenario.HasNat ? Configs.NatAddress : Configs.LeftAddress);
        _left = new Host(Sides.Left, scenario, (path, message) => Launch(Sides.Left, path, message, default), told => Tell(Sides.Left, told));
        _right = new Host(Sides.Right, scenario, (path, message) => Launch(Sides.Right, path, message, default), told => Tell(Sides.Right, told));
        _time.Add(() => _air.Next, () => Land(_air.Land()));
        _time.Add(() => _left.NextDeadline, () => _left.Advance(Now));
        _time.Add(() => _right.NextDeadline, () => _right.Advance(Now));
        _time.Add(() => _nextPacket, SendPackets);
    }

    private TimeSpan Now => _time.Now;

    /// <summary>Runs it to its end.</summary>
    /// <returns>Null when everything held, otherwise what did not.</returns>
    public string? Execute()
    {
        _left.Start(Now);
        _right.Start(Now);
        foreach (Disturbance disturbance in _scenario.Disturbances)
        {
            _time.RunUntil(disturbance.At);
            Disturb(disturbance);
        }

        _time.RunUntil(_scenario.StormLength);
        _air.Weather = _air.Weather.Cleared();
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
        TimeSpan limit = Now + HealingLimit;
        TimeSpan agreedAt = Now;
        string? why;
        do
        {
            why = Disagreement;
            if (why is null)
            {
                agreedAt = Now;
                _agreedSince ??= Now;
            }
            else if (Now - agreedAt > LongestDisagreement)
            {
                // What the storm left unanswered may come to its end only now.
                _agreedSince = null;
                _repeated = null;
            }

            if (Now - _agreedSince >= QuietTime)
                return _lost ?? _repeated;
        }
        while (_time.Step(limit));
        return $"they do not stay in agreement within {HealingLimit.TotalMinutes} min of clear weather: {why ?? "they fall out again and again"}";
    }

    private void Land(Flight flight)
    {
        Host to = flight.ToRight ? _right : _left;
        if (flight.Message is { } message)
            to.Receive(Now, flight.Path, message);
        else if (!to.Ledger.Receives(flight.Spi) && _scenario.IsCalm)
            _lost ??= $"at {Now} a packet for SA {flight.Spi} was lost, and nothing but rekeys and re-authentications was going on";
    }

    private void SendPackets()
    {
        _nextPacket = Now + PacketInterval;
        SendPacket(Sides.Left, _left);
        SendPacket(Sides.Right, _right);
        _trafficHasBegun |= _left.Ledger.Outgoing is not null && _right.Ledger.Outgoing is not null;
    }

    private void SendPacket(Sides from, Host host)
    {
        if (host.Ledger.Outgoing is { } child)
            Launch(from, child.Path, message: null, child.Outbound);
        else if (_trafficHasBegun)
            _lost ??= $"at {Now} {from} had no SA to send by, and nothing but rekeys and re-authentications was going on";
    }

    private void Launch(Sides from, PeerPath path, byte[]? message, EspSpi spi)
    {
        bool toRight = from == Sides.Left;
        if (Now < _outageEnds || _air.Loses() || (toRight ? _nat.AtRight(path) : _nat.AtLeft(path)) is not { } seen)
            return;
        _air.Launch(Now, () => new Flight(toRight, seen, message, spi));
    }

    private void Disturb(Disturbance disturbance)
    {
        _trace?.Add($"{Now} {disturbance}");
        if (disturbance.Kind == DisturbanceKind.Outage)
        {
            _outageEnds = Now + disturbance.Length;
            return;
        }

        if (disturbance.Sides.HasFlag(Sides.Left))
            _left.Disturb(Now, disturbance);
        if (disturbance.Sides.HasFlag(Sides.Right))
            _right.Disturb(Now, disturbance);
    }

    private void Tell(Sides side, IkeEvent told)
    {
        _trace?.Add($"{Now} {side}: {told}");
        if (Now - _agreedSince > EchoTime && told is RequestRepeated repeated)
            _repeated ??= $"at {Now} {side} had to repeat a request in clear weather: {repeated}";
    }
}
