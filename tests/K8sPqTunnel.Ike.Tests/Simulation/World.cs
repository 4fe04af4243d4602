using System.Net;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Ike.Testing.Certificates;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>An initiator, its peers and the network between them.</summary>
internal sealed class World : VirtualNetwork, IDisposable
{
    private const int NatPortShift = 20000;

    private readonly PeerOptions _options;
    private readonly IKeyExchangeSource _keyExchanges;
    private readonly IRandomSource _source;
    private readonly int _seed;

    public World(
        int seed = 1,
        PeerOptions? peer = null,
        Func<ConnectionConfig, ConnectionConfig>? configure = null,
        IKeyExchangeSource? keyExchanges = null)
        : base(seed)
    {
        Assert.SkipUnless(CryptoCapabilities.Probe().HasMlKem, "this OpenSSL has no ML-KEM");
        _seed = seed;
        _options = peer ?? new PeerOptions();
        _source = new SeededRandom(seed);
        _keyExchanges = keyExchanges ?? new SystemKeyExchangeSource();
        Config = (configure ?? (c => c))(DefaultConfig());
        Output.Wire = (path, datagram) => Launch(toPeer: true, path, datagram);
        Connection = new IkeConnection(
            Config, new IkeEnvironment(_source, _keyExchanges, Spis, Output, CryptoCapabilities.Probe(), Verifier)
            {
                Fragments = Fragments,
            });
        Begin((() => Connection.NextDeadline, Connection.Advance));
    }

    public ConnectionConfig Config { get; }

    public RecordingOutput Output { get; } = new();

    public TestVerifier Verifier { get; } = new();

    public FragmentMemory Fragments { get; } = new();

    public CountingSpis Spis { get; } = new();

    public IkeConnection Connection { get; }

    /// <summary>The responders, one for each IKE SA that was begun.</summary>
    public Dictionary<ulong, SimulatedPeer> Peers { get; } = [];

    public SimulatedPeer Peer => Peers.Values.Last();

    /// <summary>Nobody answers.</summary>
    public bool PeerIsSilent { get; set; }

    /// <summary>What the peer sees instead of our address, as a NAT does.</summary>
    public IPAddress? NatAddress { get; set; }

    /// <summary>The peer's own address, where it is behind a NAT.</summary>
    public IPAddress? PeerPrivateAddress { get; set; }

    /// <summary>What the peer's NAT shows us adds this to its port; it forwards only what comes there.</summary>
    public int PeerPortShift { get; set; }

    /// <summary>Proposals in the keywords' numbers: aes256gcm16-prfsha384-ecp384-ke1_mlkem768.</summary>
    public static IkeProposal Hybrid { get; } = new(
    [
        new(TransformType.Encryption, 20, 256), Transform.Of(PrfId.HmacSha2_384), Transform.Of(KeyExchangeMethod.Ecp384),
        Transform.Additional(1, KeyExchangeMethod.MlKem768),
    ]);

    public static IkeProposal Classical { get; } = new(
        [new(TransformType.Encryption, 20, 256), Transform.Of(PrfId.HmacSha2_384), Transform.Of(KeyExchangeMethod.Ecp384)]);

    public static ConnectionConfig DefaultConfig() => new()
    {
        Name = "berlin",
        LocalAddress = IPAddress.Parse("192.0.2.1"),
        RemoteAddresses = [IPAddress.Parse("198.51.100.7")],
        LocalIdentity = new IkeIdentity(IdentityType.Fqdn, "edge.test.example"u8),
        Authentication = AuthenticationConfig.PreSharedKey(new Secret(new PeerOptions().Psk)),
        IkeProposals = [Hybrid],
        EspProposals = [new EspProposal([new(TransformType.Encryption, 20, 256)])],
        LocalSelectors = [TrafficSelector.Of(IPNetwork.Parse("10.1.0.0/16"))],
        RemoteSelectors = [TrafficSelector.Of(IPNetwork.Parse("10.2.0.0/16"))],
    };

    /// <summary>Begins and runs for <paramref name="duration"/>, 10 s unless told.</summary>
    public World Start(TimeSpan? duration = null)
    {
        Connection.Start(Now);
        Run(duration ?? TimeSpan.FromSeconds(10));
        return this;
    }

    /// <summary>Puts a datagram into the initiator's hands now.</summary>
    public void Inject(PeerPath path, byte[] datagram) => Connection.Receive(Now, path, datagram);

    public void Dispose()
    {
        Connection.Dispose();
        foreach (SimulatedPeer peer in Peers.Values)
            peer.Dispose();
    }

    protected override void Receive(bool toPeer, PeerPath path, byte[] datagram)
    {
        if (!toPeer)
            Connection.Receive(Now, path, datagram);
        else if (!PeerIsSilent && !IsUnmapped(path))
            PeerFor(datagram).Receive(Now, PeerView(path), datagram);
    }

    private SimulatedPeer PeerFor(byte[] datagram)
    {
        IkeSpi.TryReadPair(datagram, out IkeSpi initiator, out _);
        if (!Peers.TryGetValue(initiator.Value, out SimulatedPeer? peer))
        {
            SeededRandom random = new(_seed + 1000 + Peers.Count);
            peer = new SimulatedPeer(_options, random, _keyExchanges, (path, answer) => Launch(toPeer: false, OurView(path), answer));
            Peers.Add(initiator.Value, peer);
        }

        return peer;
    }

    private PeerPath PeerView(PeerPath path)
    {
        IPEndPoint ours = NatAddress is null ? path.Local : new IPEndPoint(NatAddress, path.Local.Port + NatPortShift);
        IPEndPoint its = PeerPrivateAddress is null ? path.Remote : new IPEndPoint(PeerPrivateAddress, path.Remote.Port - PeerPortShift);
        return new PeerPath(ours, its);
    }

    private PeerPath OurView(PeerPath path)
    {
        int ourPort = NatAddress is null ? path.Local.Port : path.Local.Port - NatPortShift;
        IPEndPoint its = PeerPrivateAddress is null
            ? path.Remote
            : new IPEndPoint(Config.RemoteAddresses[0], path.Remote.Port + PeerPortShift);
        return new PeerPath(new IPEndPoint(Config.LocalAddress, ourPort), its);
    }

    /// <summary>The peer's NAT has no mapping for it.</summary>
    private bool IsUnmapped(PeerPath path) => PeerPrivateAddress is not null && path.Remote.Port - PeerPortShift is not (500 or 4500);
}
