using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Simulation.Tests.Hosts;
using K8sPqTunnel.Simulation.Tests.Network;
using K8sPqTunnel.Simulation.Tests.Scenarios;
using K8sPqTunnel.Simulation.Tests.Watch;

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

    // Attempts come every minute.
    private static readonly TimeSpan DownTime = TimeSpan.FromMinutes(5);

    private readonly Scenario _scenario;
    private readonly VirtualTime _time = new();
    private readonly Wiretap _tap;
    private readonly Internet _internet;
    private readonly Host _left;
    private readonly Host _right;
    private readonly Traffic _traffic;
    private readonly List<string>? _trace;
    private string? _repeated;
    private TimeSpan? _agreedSince;

    /// <param name="trace">Where every event is written; null for nowhere.</param>
    public Run(Scenario scenario, List<string>? trace)
    {
        _scenario = scenario;
        _trace = trace;
        _tap = new Wiretap(Evidence);
        _internet = new Internet(scenario, _time, _tap, Evidence, side => side == Sides.Left ? _left! : _right!) { Arrive = Arrive };
        _left = new Host(Sides.Left, scenario, (path, message) => Send(Sides.Left, path, message), Tell, what => Note(Sides.Left, what), Evidence, _tap);
        _right = new Host(Sides.Right, scenario, (path, message) => Send(Sides.Right, path, message), Tell, what => Note(Sides.Right, what), Evidence, _tap);
        _time.Add(() => _left.NextDeadline, () => _left.Advance(Now));
        _time.Add(() => _right.NextDeadline, () => _right.Advance(Now));
        _traffic = new Traffic(scenario, _time, _internet, Evidence, _left, _right);
        foreach (ConnectionConfig config in _left.Configs.Concat(_right.Configs))
            _tap.Keep(config);
    }

    /// <summary>What it has shown so far.</summary>
    public Evidence Evidence { get; } = new();

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
        _internet.Clear();
        return _scenario.StaysDown ? StayDown() : Heal();
    }

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }

    private string? Disagreement => Agreement.Judge(_left, _right, _scenario);

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
                return _traffic.Lost ?? _repeated;
        }
        while (_time.Step(limit));
        return $"they do not stay in agreement within {HealingLimit.TotalMinutes} min of clear weather: {why ?? "they fall out again and again"}";
    }

    /// <summary>Clear weather in which nothing may come up.</summary>
    private string? StayDown()
    {
        TimeSpan limit = Now + DownTime;
        do
        {
            if (Agreement.HasCommonChild(_left, _right))
                return $"at {Now} both ends have a child SA, though nothing may come up";
        }
        while (_time.Step(limit));
        return null;
    }

    private void Send(Sides from, PeerPath path, byte[] message)
    {
        if (_trace is not null)
            Note(from, $"sends {Wiretap.Summarize(message)} from {path}");
        _internet.Send(from, path, message, packet: null);
    }

    private void Note(Sides side, string what) => _trace?.Add($"{Now} {side} {what}");

    private void Arrive(Flight flight)
    {
        Host to = flight.To == Sides.Left ? _left : _right;
        if (flight.Message is { } message)
            to.Receive(Now, flight.Path, message);
        else
            _traffic.Take(to, flight);
    }

    private void Disturb(Disturbance disturbance)
    {
        _trace?.Add($"{Now} {disturbance}");
        if (disturbance.Kind is DisturbanceKind.Outage or DisturbanceKind.UdpBlock or DisturbanceKind.Remap or DisturbanceKind.Flood)
        {
            _internet.Disturb(disturbance);
            return;
        }

        if (disturbance.Sides.HasFlag(Sides.Left))
            _left.Disturb(Now, disturbance);
        if (disturbance.Sides.HasFlag(Sides.Right))
            _right.Disturb(Now, disturbance);
    }

    private void Tell(Host host, IkeEvent told)
    {
        _trace?.Add($"{Now} {host.Side}: {told}");
        ConnectionConfig config = host.ConfigOf(told.Connection);
        Evidence.Take(told, config);
        if (told is IkeSaEstablished established && Promises.BrokenBy(established, config) is { } broken)
            throw new InvariantException($"{host.Side} has an IKE SA with {broken}");
        if (Now - _agreedSince > EchoTime && _internet.IsClear && told is RequestRepeated repeated)
            _repeated ??= $"at {Now} {host.Side} had to repeat a request in clear weather: {repeated}";
    }
}
