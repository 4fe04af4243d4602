using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Simulation.Tests.Scenarios;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>One end: a process with its endpoint, its one connection and its data plane; it may die and come again.</summary>
/// <remarks>Its clock runs as the network's does, ahead of it by what it has jumped.</remarks>
internal sealed class Host : IDisposable
{
    private const uint LeftSpis = 0x1000_0000;
    private const uint RightSpis = 0x2000_0000;

    private static readonly CryptoCapabilities Everything = new("simulated", HasMlKem: true);

    private readonly Sides _side;
    private readonly Scenario _scenario;
    private readonly Action<PeerPath, byte[]> _wire;
    private readonly Action<IkeEvent> _tell;
    private readonly SeededRandom _random;
    private TimeSpan _ahead;
    private uint _lives;
    private IkeEndpoint _endpoint = null!;
    private IkeConnection _connection = null!;
    private Output _output = null!;

    public Host(Sides side, Scenario scenario, Action<PeerPath, byte[]> wire, Action<IkeEvent> tell)
    {
        _side = side;
        _scenario = scenario;
        _wire = wire;
        _tell = tell;
        _random = new SeededRandom(scenario.Seed * 2 + (side == Sides.Left ? 0 : 1));
        Ledger = Boot();
    }

    public Ledger Ledger { get; private set; }

    public IReadOnlySet<(IkeSpi Initiator, IkeSpi Responder)> IkeSas => _output.IkeSas;

    /// <summary>By the network's clock.</summary>
    public TimeSpan? NextDeadline => _endpoint.NextDeadline - _ahead;

    public void Start(TimeSpan now) => _connection.Start(now + _ahead);

    public void Receive(TimeSpan now, PeerPath path, byte[] message) => _endpoint.Receive(now + _ahead, path, message);

    public void Advance(TimeSpan now) => _endpoint.Advance(now + _ahead);

    public void Disturb(TimeSpan now, Disturbance disturbance)
    {
        switch (disturbance.Kind)
        {
            case DisturbanceKind.RekeyChild:
                _connection.RekeyChild(now + _ahead);
                break;
            case DisturbanceKind.RekeyIke:
                _connection.RekeyIke(now + _ahead);
                break;
            case DisturbanceKind.Reauthenticate:
                _connection.Renew(now + _ahead);
                break;
            case DisturbanceKind.Restart:
                Kill();
                Ledger = Boot();
                Start(now);
                break;
            case DisturbanceKind.ClockJump:
                _ahead += disturbance.Length;
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

    private Ledger Boot()
    {
        var spis = new Spis((_side == Sides.Left ? LeftSpis : RightSpis) + (_lives++ << 16));
        var ledger = new Ledger(spis);
        _output = new Output(ledger, _wire, _tell);
        var environment = new IkeEnvironment(_random, new CheapKeyExchanges(_random), spis, _output, Everything);
        _endpoint = new IkeEndpoint(environment);
        _connection = _endpoint.Add(Configs.Of(_side, _scenario), environment);
        return ledger;
    }
}
