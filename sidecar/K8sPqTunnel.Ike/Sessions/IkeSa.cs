using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>
/// The state of one IKE SA that we began (RFC 7296 1.2). What changes it are the tasks; who drives it is <see cref="IkeSession"/>.
/// </summary>
internal sealed class IkeSa : IDisposable
{
    private readonly List<ChildSa> _children = [];
    private KeySchedule? _schedule;
    private IkeKeys? _keys;
    private EspSpi? _takenSpi;
    private ChildSa? _receivingOnly;

    /// <param name="path">Port 500 to port 500.</param>
    /// <param name="offer">What may be offered; not empty.</param>
    /// <param name="initialContact">No other SA with this peer is known (RFC 7296 2.4).</param>
    public IkeSa(
        ConnectionConfig config,
        IkeEnvironment environment,
        DropCounters drops,
        UdpPath path,
        IReadOnlyList<IkeProposal> offer,
        bool initialContact)
    {
        Config = config;
        Environment = environment;
        Drops = drops;
        Path = path;
        Offer = offer;
        InitialContact = initialContact;
        InitiatorSpi = NewSpi(environment.Random);
        environment.Random.Fill(Handshake.Ni);
    }

    public ConnectionConfig Config { get; }

    public IkeEnvironment Environment { get; }

    public DropCounters Drops { get; }

    public IReadOnlyList<IkeProposal> Offer { get; }

    public bool InitialContact { get; }

    public IkeSaState State { get; private set; } = IkeSaState.Created;

    public IkeSpi InitiatorSpi { get; }

    public IkeSpi ResponderSpi { get; set; }

    public UdpPath Path { get; set; }

    public NatStatus Nat { get; set; }

    /// <summary>The peer takes fragments (RFC 7383 2.3).</summary>
    public bool Fragmentation { get; set; }

    /// <summary>Datagrams of the longest message so far.</summary>
    public int LargestFragmentCount { get; set; } = 1;

    public Handshake Handshake { get; } = new();

    public IkeSelection? Selection { get; private set; }

    /// <summary>The key exchanges that have really been run, in order.</summary>
    public List<KeyExchangeParameters> KeyExchangesRun { get; } = [];

    public IkeIdentity? PeerIdentity { get; set; }

    /// <summary>Null until IKE_SA_INIT is answered.</summary>
    public SaProtection? Protection { get; private set; }

    public IkeKeys Keys => _keys ?? throw new InvalidOperationException("no keys yet");

    public IReadOnlyList<ChildSa> Children => _children;

    /// <summary>Why it died; null when it was closed as wanted.</summary>
    public IkeFailure? Failure { get; private set; }

    /// <summary>Why it will probably fail, from an answer that nobody vouches for: a better one may still come (RFC 7296 2.21.1).</summary>
    public IkeFailure? Doubt { get; set; }

    /// <summary>The peer wants fresh keys, or left us without a child: a new IKE SA has to take over.</summary>
    public bool NeedsReplacement { get; set; }

    /// <summary>When the peer last proved to be alive.</summary>
    public TimeSpan LastHeard { get; set; }

    public void MoveTo(IkeSaState state)
    {
        if (!IkeSaTransitions.IsAllowed(State, state))
            throw new InvalidOperationException($"an IKE SA does not go from {State} to {state}");
        State = state;
    }

    /// <summary>Ends it: children are removed at once, so that nothing runs on keys that no IKE SA guards.</summary>
    public void Die(IkeFailure? failure)
    {
        if (State == IkeSaState.Dead)
            return;
        bool wasUp = State is IkeSaState.Established or IkeSaState.Deleting;
        MoveTo(IkeSaState.Dead);
        Failure = failure;
        RemoveChildren();
        if (_takenSpi is { } spi)
            Environment.EspSpis.Release(spi);
        _takenSpi = null;
        if (wasUp)
            Report(new IkeSaClosed(Config.Name, InitiatorSpi, ResponderSpi));
    }

    /// <summary>Makes the first keys (RFC 7296 2.14).</summary>
    public void UseFirstKeys(IkeSelection selection, Secret sharedSecret)
    {
        Selection = selection;
        Handshake.UsePrf(selection.Algorithms.Prf);
        Span<byte> spis = stackalloc byte[2 * IkeSpi.Length];
        InitiatorSpi.Write(spis);
        ResponderSpi.Write(spis[IkeSpi.Length..]);
        _schedule = new KeySchedule(
            selection.Algorithms, Handshake.Ni, Handshake.Nr, spis[..IkeSpi.Length], spis[IkeSpi.Length..]);
        KeyExchangesRun.Add(KeyExchangeParameters.Of(selection.InitialMethod));
        Use(_schedule.First(sharedSecret));
    }

    /// <summary>Mixes an additional key exchange in: the next message is under the new keys (RFC 9370 2.2.2).</summary>
    public void UseNextKeys(KeyExchangeMethod method, Secret sharedSecret)
    {
        KeyExchangesRun.Add(KeyExchangeParameters.Of(method));
        Use(_schedule!.Next(Keys, sharedSecret));
    }

    /// <summary>Our SPI of the child that is being negotiated: taken once, given back should no child come of it.</summary>
    public EspSpi TakeSpi() => _takenSpi ??= Environment.EspSpis.Allocate();

    /// <summary>Inbound first, so that nothing the peer sends at once is lost; then outbound, unless it has to wait; then the news.</summary>
    public void Install(ChildSa child, string proposal)
    {
        _takenSpi = null;
        _children.Add(child);
        Environment.Output.InstallInbound(child);
        _receivingOnly = child;
        if (InitialContact || Config.SuccessorDelay == TimeSpan.Zero)
            TurnOutbound();
        Report(new ChildUp(
            Config.Name,
            child.InboundSpi,
            child.OutboundSpi,
            proposal,
            child.UdpEncapsulation,
            child.LocalSelectors,
            child.RemoteSelectors,
            QuantumSafe: IsQuantumSafe));
    }

    /// <summary>Turns our traffic to the child, if that has not been done.</summary>
    public void TurnOutbound()
    {
        if (_receivingOnly is { } child)
            Environment.Output.InstallOutbound(child);
        _receivingOnly = null;
    }

    public bool IsQuantumSafe => KeyExchangesRun.Exists(method => method.IsPostQuantum);

    public ChildSa? FindChild(EspSpi outbound) => _children.Find(child => child.OutboundSpi == outbound);

    public void Remove(ChildSa child)
    {
        _children.Remove(child);
        if (_receivingOnly == child)
            _receivingOnly = null;
        Environment.Output.Remove(child);
        Report(new ChildDown(Config.Name, child.InboundSpi, child.OutboundSpi));
    }

    public void RemoveChildren()
    {
        foreach (ChildSa child in _children.ToArray())
            Remove(child);
    }

    public void Report(IkeEvent ikeEvent) => Environment.Output.Report(ikeEvent);

    /// <summary>The header of a message that we send; next payload and length are filled later.</summary>
    public IkeHeader Header(ExchangeType exchange, uint messageId, bool isResponse) => new(
        InitiatorSpi,
        ResponderSpi,
        PayloadType.None,
        exchange,
        HeaderFlags.Initiator | (isResponse ? HeaderFlags.Response : HeaderFlags.None),
        messageId,
        TotalLength: 0);

    public void Dispose()
    {
        Handshake.Dispose();
        Protection?.Dispose();
        _keys?.Dispose();
    }

    private void Use(IkeKeys keys)
    {
        Protection?.Dispose();
        _keys?.Dispose();
        _keys = keys;
        Handshake.ForgetKeyExchange();
        Protection = SaProtection.Create(Selection!.Algorithms, keys, isInitiator: true, Environment.Random);
    }

    private static IkeSpi NewSpi(IRandomSource random)
    {
        Span<byte> octets = stackalloc byte[IkeSpi.Length];
        // RFC 7296 3.1: the initiator's SPI MUST NOT be zero.
        do
            random.Fill(octets);
        while (!octets.ContainsAnyExcept((byte)0));
        return IkeSpi.Read(octets);
    }
}
