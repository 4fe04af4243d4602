using System.Net;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Mobility;
using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Simulation.Tests.Scenarios;
using K8sPqTunnel.Simulation.Tests.Watch;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>One end: a process with its endpoint, its connections and its data plane; it may die and come again, and move.</summary>
/// <remarks>Its clock runs as the network's does, ahead of it by what it has jumped.</remarks>
internal sealed class Host : IDisposable
{
    private const uint LeftSpis = 0x1000_0000;
    private const uint RightSpis = 0x2000_0000;

    private static readonly CryptoCapabilities Everything = new("simulated", HasMlKem: true);
    // Shorter than any wait for a repeat.
    private static readonly TimeSpan CheckTime = TimeSpan.FromSeconds(0.5);
    private static readonly EndpointLimits CookiesAlways = EndpointLimits.Default with { CookiesFrom = 0 };

    private readonly Scenario _scenario;
    private readonly Action<PeerPath, byte[]> _wire;
    private readonly Action<IkeEvent> _tell;
    private readonly Action<string> _note;
    private readonly Evidence _evidence;
    private readonly Wiretap _tap;
    private readonly SeededRandom _random;
    private TimeSpan _ahead;
    private TimeSpan _now;
    private readonly List<TransportRace> _races = [];
    private bool _turnsBackToUdp;
    private IkeEndpoint _endpoint = null!;
    private Output _output = null!;
    private SlowVerifier _verifier = null!;

    public Host(Sides side, Scenario scenario, Action<PeerPath, byte[]> wire, Action<Host, IkeEvent> tell, Action<string> note, Evidence evidence, Wiretap tap)
    {
        Side = side;
        _scenario = scenario;
        _wire = wire;
        _tell = told => tell(this, told);
        _note = note;
        _evidence = evidence;
        _tap = tap;
        _random = new SeededRandom(scenario.Seed * 2 + (side == Sides.Left ? 0 : 1));
        Address = scenario.Addresses.Of(side).Home;
        Ledger = Boot();
    }

    public Sides Side { get; }

    /// <summary>Where it is; it may move.</summary>
    public IPAddress Address { get; private set; }

    /// <summary>How often its process has begun.</summary>
    public int Life { get; private set; }

    public Ledger Ledger { get; private set; }

    /// <summary>What its connections are made from, in this life.</summary>
    public IReadOnlyList<ConnectionConfig> Configs { get; private set; } = [];

    public IReadOnlySet<(IkeSpi Initiator, IkeSpi Responder)> IkeSas => _output.IkeSas;

    public int HalfOpen => _endpoint.HalfOpenCount;

    /// <summary>By the network's clock.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            TimeSpan? next = _endpoint.NextDeadline;
            if (_verifier.Next is { } verdict && !(next <= verdict))
                next = verdict;
            return next - _ahead;
        }
    }

    /// <summary>The configuration of a connection that tells something.</summary>
    public ConnectionConfig ConfigOf(string connection) =>
        Configs.FirstOrDefault(config => connection == config.Name || connection.StartsWith(config.Name + "/", StringComparison.Ordinal)) ??
        throw new InvariantException($"nobody knows the connection \"{connection}\"");

    public void Start(TimeSpan now) => Do(now, () =>
    {
        foreach (IkeConnection connection in _endpoint.Connections.ToArray())
            connection.Start(_now);
    });

    public void Receive(TimeSpan now, PeerPath path, byte[] message) => Do(now, () => _endpoint.Receive(_now, path, message));

    public void Advance(TimeSpan now) => Do(now, () =>
    {
        while (_verifier.Next <= _now)
        {
            var (check, verdict) = _verifier.Take();
            _evidence.SlowChecks++;
            _endpoint.Complete(_now, check, verdict);
        }

        _endpoint.Advance(_now);
    });

    /// <summary>There is a packet that no SA takes.</summary>
    public void Trigger(TimeSpan now) => ForAll(now, connection =>
    {
        bool waited = connection.State == ConnectionState.Listening;
        connection.Trigger(_now);
        _evidence.Triggers += waited && connection.State == ConnectionState.Connecting ? 1 : 0;
    });

    /// <summary>A packet of ESP has come.</summary>
    /// <returns>What it came by; null where it is lost.</returns>
    public InstalledChild? Open(TimeSpan now, PeerPath path, Network.Packet packet)
    {
        if (!Ledger.TryOpen(packet, out InstalledChild? child))
            return null;
        if (!_scenario.HasTraffic)
            return child;
        if (!child.IsUsed)
            ForAll(now, connection => connection.InboundUsed(_now, child.Inbound));
        else if (child.LastSeen != path)
            ForAll(now, connection => connection.PeerMoved(child.Inbound, path));
        (child.IsUsed, child.LastSeen) = (true, path);
        RenewIfDue(now, child.Received);
        return child;
    }

    /// <summary>A packet of ESP has gone: its SA may want fresh keys.</summary>
    public void RenewIfDue(TimeSpan now, Usage usage)
    {
        if (!_scenario.HasTraffic || !usage.IsRenewalDue)
            return;
        _evidence.LimitsReached++;
        ForAll(now, connection => connection.RekeyChild(_now, usage.Spi));
    }

    public void Disturb(TimeSpan now, Disturbance disturbance)
    {
        switch (disturbance.Kind)
        {
            case DisturbanceKind.RekeyChild:
                ForAll(now, connection => connection.RekeyChild(_now));
                break;
            case DisturbanceKind.RekeyIke:
                ForAll(now, connection => connection.RekeyIke(_now));
                break;
            case DisturbanceKind.Reauthenticate:
                ForAll(now, connection => connection.Renew(_now));
                break;
            case DisturbanceKind.Restart:
                BeginAgain(now);
                break;
            case DisturbanceKind.ClockJump:
                _ahead += disturbance.Length;
                _evidence.ClockJumps++;
                break;
            case DisturbanceKind.Move:
                Move(now);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(disturbance), disturbance.Kind, "happens to no end");
        }
    }

    /// <summary>Ends the process without a word.</summary>
    public void Kill()
    {
        _output.IsDead = true;
        _endpoint.Dispose();
        if (Ledger.Installed.Count > 0 || Ledger.Loose > 0)
            throw new InvariantException($"after its disposal the core has {Ledger.Installed.Count} SAs and {Ledger.Loose} more SPIs");
    }

    public void Dispose() => Kill();

    /// <summary>Does what the daemon does when its address changes: the SAs go along, or everything begins anew.</summary>
    private void Move(TimeSpan now)
    {
        (IPAddress home, IPAddress elsewhere) = _scenario.Addresses.Of(Side);
        Address = Address.Equals(home) ? elsewhere : home;
        bool together = _endpoint.Connections.Count > 0;
        ForAll(now, connection => together &= connection.TryMoveTo(_now, new IPEndPoint(Address, ConfigOf(connection.Name).LocalNatTraversalPort)));
        if (!together)
            BeginAgain(now);
    }

    private void BeginAgain(TimeSpan now)
    {
        Kill();
        _evidence.Restarts++;
        Ledger = Boot();
        Start(now);
    }

    private void ForAll(TimeSpan now, Action<IkeConnection> what) => Do(now, () =>
    {
        IkeConnection[] all = _races.Count > 0 ? [.. _races.Select(race => race.Leader)] : [.. _endpoint.Connections];
        foreach (IkeConnection connection in all)
            what(connection);
    });

    private void Do(TimeSpan now, Action what)
    {
        _now = now + _ahead;
        what();
        foreach (TransportRace race in _races)
            race.Look(_now);
        if (!_turnsBackToUdp)
            return;
        _turnsBackToUdp = false;
        BeginAgain(now);
    }

    private void Tell(IkeEvent told)
    {
        // RFC 9329 5.1, as the daemon does it: where TCP gets no answer any more, all begins anew, over UDP.
        _turnsBackToUdp |= told is ConnectionFailed { Failure.IsSilence: true } && _races.Exists(race => race.HasFallenBack);
        _tell(told);
    }

    private Ledger Boot()
    {
        var spis = new Spis((Side == Sides.Left ? LeftSpis : RightSpis) + ((uint)Life++ << 16));
        var ledger = new Ledger(spis, _tap);
        _output = new Output(ledger, _wire, Tell, _note);
        _verifier = new SlowVerifier(_scenario.CheckSlowly.HasFlag(Side) ? CheckTime : null, () => _now);
        var environment = new IkeEnvironment(_random, new CheapKeyExchanges(_random), spis, _output, Everything, _verifier);
        _endpoint = new IkeEndpoint(environment, _scenario.DemandCookies.HasFlag(Side) ? CookiesAlways : null);
        Configs = MakeConfigs();
        if (Side == Sides.Right && _scenario.HasPattern)
        {
            _endpoint.AddPattern(Configs[0], _ => environment);
            return ledger;
        }

        _races.Clear();
        foreach (ConnectionConfig config in Configs)
        {
            if (_scenario.FallsBack)
                _races.Add(new TransportRace(_endpoint, config, environment, fallsBack: true));
            else
                _endpoint.Add(config, environment);
        }

        return ledger;
    }

    private List<ConnectionConfig> MakeConfigs()
    {
        List<ConnectionConfig> configs = [];
        for (int i = 0; i < (Side == Sides.Right ? _scenario.Decoys : 0); i++)
            configs.Add(Hosts.Configs.Decoy(_scenario, i, Address));
        for (int i = 0; i < _scenario.Tunnels; i++)
            configs.Add(Hosts.Configs.Of(Side, _scenario, i, Address));
        return Side == Sides.Right && _scenario.HasPattern ? [Hosts.Configs.Pattern(configs[0])] : configs;
    }
}
