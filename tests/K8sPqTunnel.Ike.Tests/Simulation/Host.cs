using System.Net;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Ike.Testing.Certificates;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>One end of a <see cref="Duet"/>: an endpoint with its connections, and all that came out of it.</summary>
internal sealed class Host : IDisposable
{
    private readonly IReadOnlyList<ConnectionConfig> _configs;
    private readonly EndpointLimits? _limits;
    private readonly IkeEnvironment _environment;

    public Host(
        int seed, IReadOnlyList<ConnectionConfig> configs, IKeyExchangeSource keyExchanges, EndpointLimits? limits, Action<PeerPath, byte[]> wire)
    {
        _configs = configs;
        _limits = limits;
        Address = configs[0].LocalAddress;
        Output.Wire = wire;
        _environment = new IkeEnvironment(new SeededRandom(seed), keyExchanges, Spis, Output, CryptoCapabilities.Probe(), Verifier);
        Endpoint = MakeEndpoint();
    }

    /// <summary>Where it is; it may move.</summary>
    public IPAddress Address { get; set; }

    /// <summary>Further addresses of it.</summary>
    public IReadOnlyList<IPAddress> MoreAddresses { get; set; } = [];

    public bool Has(IPAddress address) => address.Equals(Address) || MoreAddresses.Contains(address);

    public RecordingOutput Output { get; } = new();

    public CountingSpis Spis { get; } = new();

    /// <summary>Judges the other end's certificates.</summary>
    public TestVerifier Verifier { get; } = new();

    public IkeEndpoint Endpoint { get; private set; }

    public IkeEnvironment Environment => _environment;

    /// <summary>In the order of their configurations.</summary>
    public IReadOnlyList<IkeConnection> Connections { get; private set; } = [];

    public IkeConnection Connection => Connections[0];

    public IReadOnlyList<ConnectionConfig> Configs => _configs;

    public void Start(TimeSpan now)
    {
        foreach (IkeConnection connection in Connections)
            connection.Start(now);
    }

    /// <summary>The process is killed and begins anew: nothing is said, nothing is remembered.</summary>
    public void Restart(TimeSpan now)
    {
        Endpoint.Dispose();
        Endpoint = MakeEndpoint();
        Start(now);
    }

    /// <summary>A second environment for what a pattern makes.</summary>
    public void AddPattern(ConnectionConfig pattern) => Assert.Null(Endpoint.AddPattern(pattern, _ => _environment));

    public void Dispose() => Endpoint.Dispose();

    private IkeEndpoint MakeEndpoint()
    {
        var endpoint = new IkeEndpoint(_environment, _limits);
        Connections = [.. _configs.Select(config => endpoint.Add(config, _environment))];
        return endpoint;
    }
}
