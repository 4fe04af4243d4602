using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Mobility;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>
/// The state of one IKE SA, whoever began it (RFC 7296 1.2). What changes it are the tasks; who drives it is <see cref="IkeSession"/>.
/// </summary>
internal sealed class IkeSa : IDisposable
{
    private bool _isKnown;
    private TimeSpan? _begunAt;

    private IkeSa(ConnectionConfig config, IkeEnvironment environment, DropCounters drops, PeerPath path, bool isInitiator)
    {
        Config = config;
        Environment = environment;
        Drops = drops;
        FragmentIpSize = config.FragmentIpSize;
        IsInitiator = isInitiator;
        Keys = new KeyMaterial(this);
        Succession = new Succession(this);
        Children = new ChildSet(this);
        Wanted = new WantedChildren(this);
        FirstChild = new FirstChild(this);
        Pending = new PendingCreations(this);
        Mobility = new MobilityState(isInitiator) { Path = path };
    }

    /// <summary>An SA that we begin.</summary>
    /// <param name="path">Where its first message goes.</param>
    /// <param name="offer">What may be offered; not empty.</param>
    /// <param name="initialContact">No other SA with this peer is known (RFC 7296 2.4).</param>
    public static IkeSa Begin(
        ConnectionConfig config,
        IkeEnvironment environment,
        DropCounters drops,
        PeerPath path,
        IReadOnlyList<IkeProposal> offer,
        bool initialContact,
        IPAddress? redirectedFrom = null)
    {
        var sa = new IkeSa(config, environment, drops, path, isInitiator: true)
        {
            Offer = offer,
            InitialContact = initialContact,
            RedirectedFrom = redirectedFrom,
            InitiatorSpi = IkeSpi.Draw(environment.Random),
        };
        sa.Wanted.Want(ChildSpec.Of(config));
        sa.Handshake.Ni = NoncePayload.Draw(environment.Random);
        return sa;
    }

    /// <summary>An SA that a peer begins, when its first message has come.</summary>
    /// <param name="config">The connection that is meant as far as addresses tell.</param>
    /// <param name="path">Where that message came in.</param>
    /// <param name="initiatorSpi">The peer's.</param>
    /// <param name="ni">The peer's nonce.</param>
    public static IkeSa Answer(
        ConnectionConfig config, IkeEnvironment environment, DropCounters drops, PeerPath path, IkeSpi initiatorSpi, ReadOnlySpan<byte> ni)
    {
        var sa = new IkeSa(config, environment, drops, path, isInitiator: false)
        {
            InitiatorSpi = initiatorSpi,
            ResponderSpi = IkeSpi.Draw(environment.Random),
            FirstPeerRequestId = 1,
        };
        sa.Handshake.Ni = ni.ToArray();
        sa.Handshake.Nr = NoncePayload.Draw(environment.Random);
        return sa;
    }

    /// <summary>The SA that replaces another: its children's, its peer's, and this end's part in it come from a rekey (RFC 7296 2.8, 2.18).</summary>
    /// <param name="weBegan">We sent the request: this end is the new SA's original initiator.</param>
    /// <param name="initiatorSpi">Of whoever sent the request.</param>
    /// <param name="fresh">All its key exchanges have been run.</param>
    public static IkeSa Replace(IkeSa old, bool weBegan, IkeSpi initiatorSpi, IkeSpi responderSpi, IkeSelection selection, FreshKeys fresh)
    {
        var sa = new IkeSa(old.Config, old.Environment, old.Drops, old.Path, weBegan)
        {
            Offer = old.Offer,
            InitiatorSpi = initiatorSpi,
            ResponderSpi = responderSpi,
            State = IkeSaState.Established,
            PeerIdentity = old.PeerIdentity,
            Nat = old.Nat,
            Mobility = old.Mobility,
            Fragmentation = old.Fragmentation,
            FragmentIpSize = old.FragmentIpSize,
            LargestFragmentCount = old.LargestFragmentCount,
            LastHeard = old.Now,
            Now = old.Now,
        };
        sa.Keys.UseRekeyed(old.Keys, selection, fresh);
        sa.Succession.Descend(old);
        return sa;
    }

    public ConnectionConfig Config { get; private set; }

    public IkeEnvironment Environment { get; private set; }

    public DropCounters Drops { get; private set; }

    /// <summary>Message ID of the first request that the peer will send under protection: 1 where it has begun this SA by IKE_SA_INIT.</summary>
    public uint FirstPeerRequestId { get; private init; }

    /// <summary>The SPI by which we know the SA.</summary>
    public IkeSpi LocalSpi => IsInitiator ? InitiatorSpi : ResponderSpi;

    /// <summary>This end began the SA: it sets the initiator flag in all that it sends, and its keys are those of SK_*i.</summary>
    public bool IsInitiator { get; }

    /// <summary>What we offered; empty where the peer did.</summary>
    public IReadOnlyList<IkeProposal> Offer { get; private init; } = [];

    /// <summary>We tell the peer that this is our only SA with it (RFC 7296 2.4).</summary>
    public bool InitialContact { get; set; }

    public IkeSaState State { get; private set; } = IkeSaState.Created;

    public IkeSpi InitiatorSpi { get; private init; }

    public IkeSpi ResponderSpi { get; set; }

    /// <summary>Once children run over it, <see cref="MobilityState.Use"/> changes it. That of its successors too.</summary>
    public PeerPath Path
    {
        get => Mobility.Path;
        set => Mobility.Path = value;
    }

    /// <summary>Where the request came in that is being answered.</summary>
    public PeerPath ArrivalPath { get; set; }

    public NatStatus Nat { get; set; }

    /// <summary>Goes to the IKE SA that takes this one's place by a rekey.</summary>
    public MobilityState Mobility { get; private init; }

    /// <summary>The gateway that sent us to this peer (RFC 5685 5); null where none did.</summary>
    public IPAddress? RedirectedFrom { get; init; }

    /// <summary>The gateway that the peer sends us to; null where it doesn't.</summary>
    public IPAddress? RedirectTo { get; set; }

    /// <summary>Exchanges that what was received calls for; they are begun when that has been dealt with.</summary>
    public Queue<IExchangeTask> Asked { get; } = new();

    /// <summary>The peer takes fragments (RFC 7383 2.3).</summary>
    public bool Fragmentation { get; set; }

    /// <summary>Largest IP packet of our messages, in octets; less than configured once the path has swallowed such.</summary>
    public int FragmentIpSize { get; set; }

    /// <summary>Datagrams of the longest message so far.</summary>
    public int LargestFragmentCount { get; set; } = 1;

    public Handshake Handshake { get; } = new();

    public KeyMaterial Keys { get; }

    public IkeIdentity? PeerIdentity { get; set; }

    /// <summary>How many IKE_INTERMEDIATE exchanges there are: one for each additional key exchange, or one for a PPK alone.</summary>
    public int IntermediateRounds =>
        Math.Max(Keys.Selection!.AdditionalMethods.Count, Handshake.PpkUse == PpkUse.InIntermediate ? 1 : 0);

    public Succession Succession { get; }

    public ChildSet Children { get; }

    /// <summary>The time of the call that is under way.</summary>
    public TimeSpan Now
    {
        get;
        set
        {
            field = value;
            _begunAt ??= value;
        }
    }

    /// <summary>The time of its first call.</summary>
    public TimeSpan BegunAt => _begunAt ?? Now;

    /// <summary>Our CREATE_CHILD_SA that is not over yet, IKE_FOLLOWUP_KE included.</summary>
    public CreationTask? Creation { get; set; }

    /// <summary>The peer's that wait for IKE_FOLLOWUP_KE.</summary>
    public PendingCreations Pending { get; }

    public WantedChildren Wanted { get; }

    public FirstChild FirstChild { get; }

    /// <summary>Why it died; null when it was closed as wanted.</summary>
    public IkeFailure? Failure { get; private set; }

    /// <summary>
    /// Why we turned the peer down before it was authenticated. The SA only waits for repeats of that request, whose answer may be lost.
    /// </summary>
    public IkeFailure? Refusal { get; private set; }

    /// <summary>Why it will probably fail, from an answer that nobody vouches for: a better one may still come (RFC 7296 2.21.1).</summary>
    public IkeFailure? Doubt { get; set; }

    /// <summary>A new IKE SA has to take over: rekeys were refused for good, or no child is left.</summary>
    public bool NeedsReplacement { get; set; }

    /// <summary>The peer's TEMPORARY_FAILUREs; null before the first.</summary>
    public PutOffs? PutOffs { get; set; }

    /// <summary>When to rekey it.</summary>
    public TimeSpan RekeyAt { get; set; } = TimeSpan.MaxValue;

    /// <summary>Called before it ends with its children: another SA may take their traffic over first, so that none is blocked.</summary>
    public Action? Ending { get; set; }

    /// <summary>When it is deleted at the latest.</summary>
    public TimeSpan EndsAt { get; private set; } = TimeSpan.MaxValue;

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
        // RFC 7296 2.25.2: our own rekey is forgotten, whatever ends this; what the peer has put in its place inherits the children.
        if (Creation is RekeyIkeTask { Rival: { IsFinished: true } rival })
            rival.Win(this);
        if (Children.Count > 0)
            Ending?.Invoke();
        MoveTo(IkeSaState.Dead);
        Failure = failure;
        Children.Clear();
        Creation?.Abandon(this);
        Pending.Clear();
        FirstChild.Abandon();
        if (_isKnown)
            Report(new IkeSaClosed(Config.Name, InitiatorSpi, ResponderSpi));
    }

    /// <summary>Turns a peer down that is not authenticated (RFC 7296 2.21.2): the answer under way is the last.</summary>
    public void Refuse(IkeFailure failure)
    {
        Refusal ??= failure;
        Report(new PeerTurnedAway(Config.Name, Path, failure));
    }

    /// <summary>The peer has said which of our connections it means, or proved it.</summary>
    public void BelongTo(ConnectionConfig config, IkeEnvironment environment, DropCounters drops)
    {
        if (FragmentIpSize == Config.FragmentIpSize)
            FragmentIpSize = config.FragmentIpSize;
        Config = config;
        Environment = environment;
        Drops = drops;
    }

    /// <summary>Both ends are authenticated: what only served that is forgotten.</summary>
    public void ForgetHandshake()
    {
        Handshake.ForgetTranscript();
        Keys.ForgetHandshake();
    }

    /// <summary>Tells that it is up; its end will be told too then, which a redundant one's is not.</summary>
    public void ReportEstablished()
    {
        _isKnown = true;
        Report(AuthTask.Established(this));
    }

    /// <summary>Both ends have proved themselves.</summary>
    public bool IsAuthenticated => State is IkeSaState.Established or IkeSaState.Replaced or IkeSaState.Deleting;

    /// <summary>Has it deleted at <paramref name="end"/>; an earlier end stands.</summary>
    public void EndAt(TimeSpan end) => EndsAt = end < EndsAt ? end : EndsAt;

    /// <summary>The wait before what a busy peer put off is tried again (RFC 7296 2.25); different at both ends.</summary>
    public TimeSpan RetryDelay() => Config.RekeyRetry * (0.5 + Chance.Draw(Environment.Random));

    public void Report(IkeEvent ikeEvent) => Environment.Output.Report(ikeEvent);

    /// <summary>The header of a message that we send; next payload and length are filled later.</summary>
    public IkeHeader Header(ExchangeType exchange, uint messageId, bool isResponse) => new(
        InitiatorSpi,
        ResponderSpi,
        PayloadType.None,
        exchange,
        (IsInitiator ? HeaderFlags.Initiator : HeaderFlags.None) | (isResponse ? HeaderFlags.Response : HeaderFlags.None),
        messageId,
        TotalLength: 0);

    public void Dispose()
    {
        Handshake.Dispose();
        Creation?.Dispose();
        Pending.Clear();
        Succession.Dispose();
        Keys.Dispose();
    }
}
