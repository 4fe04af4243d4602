using System.Net;
using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Mobility;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>
/// The state of one IKE SA, whoever began it (RFC 7296 1.2). What changes it are the tasks; who drives it is <see cref="IkeSession"/>.
/// </summary>
internal sealed class IkeSa : IDisposable
{
    /// <summary>A replaced SA is the peer's to delete if the peer began the rekey; where it doesn't, we do.</summary>
    public static readonly TimeSpan ReplacedGrace = TimeSpan.FromSeconds(30);

    private readonly Queue<IkeSa> _successors = new();
    private KeySchedule? _schedule;
    private IkeKeys? _keys;
    private IkeKeys? _nextKeys;
    private EspSpi? _takenSpi;
    private bool _isKnown;

    private IkeSa(ConnectionConfig config, IkeEnvironment environment, DropCounters drops, PeerPath path, bool isInitiator)
    {
        Config = config;
        Environment = environment;
        Drops = drops;
        Path = path;
        FragmentIpSize = config.FragmentIpSize;
        IsInitiator = isInitiator;
        Children = new ChildSet(this);
        Pending = new PendingCreations(this);
        Mobility = new MobilityState(isInitiator);
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
            Wanted = ChildSpec.Of(config),
            InitialContact = initialContact,
            RedirectedFrom = redirectedFrom,
            InitiatorSpi = NewSpi(environment.Random),
        };
        sa.Handshake.Ni = NewNonce(environment.Random);
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
            ResponderSpi = NewSpi(environment.Random),
            FirstPeerRequestId = 1,
        };
        sa.Handshake.Ni = ni.ToArray();
        sa.Handshake.Nr = NewNonce(environment.Random);
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
            Selection = selection,
            PeerIdentity = old.PeerIdentity,
            PostquantumKey = old.PostquantumKey,
            Nat = old.Nat,
            Mobility = old.Mobility,
            Fragmentation = old.Fragmentation,
            FragmentIpSize = old.FragmentIpSize,
            LargestFragmentCount = old.LargestFragmentCount,
            LastHeard = old.Now,
            Now = old.Now,
            Generation = old.Generation + 1,
            Predecessor = old,
        };
        sa.KeyExchangesRun.AddRange(fresh.Run);
        sa.Mobility.TakeOver(sa);
        var schedule = new KeySchedule(selection.Algorithms, fresh.Ni, fresh.Nr, initiatorSpi.ToArray(), responderSpi.ToArray());
        sa.Use(schedule.Rekeyed(old.Selection!.Algorithms.Prf, old.Keys.SkD, fresh.Secrets));
        old._successors.Enqueue(sa);
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

    /// <summary>Once children run over it, <see cref="UsePath"/> changes it.</summary>
    public PeerPath Path { get; set; }

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

    public IkeSelection? Selection { get; private set; }

    /// <summary>The key exchanges that have really been run, in order.</summary>
    public List<KeyExchangeParameters> KeyExchangesRun { get; } = [];

    public IkeIdentity? PeerIdentity { get; set; }

    /// <summary>The postquantum preshared key that the keys come from too; null without.</summary>
    public PostquantumKey? PostquantumKey { get; private set; }

    /// <summary>The keys as they were before <see cref="UseInAuth"/>, for the AUTH of an end that lacks the PPK; null without one.</summary>
    public IkeKeys? KeysWithoutPpk { get; private set; }

    /// <summary>How many IKE_INTERMEDIATE exchanges there are: one for each additional key exchange, or one for a PPK alone.</summary>
    public int IntermediateRounds =>
        Math.Max(Selection!.AdditionalMethods.Count, Handshake.PpkUse == PpkUse.InIntermediate ? 1 : 0);

    /// <summary>Null until IKE_SA_INIT is answered.</summary>
    public SaProtection? Protection { get; private set; }

    /// <summary>
    /// What protected the exchange before, while its request may still be repeated: RFC 9242 has a responder change its keys between
    /// two requests. Null otherwise.
    /// </summary>
    public SaProtection? PreviousProtection { get; private set; }

    /// <summary>Our SK_p (RFC 7296 2.15).</summary>
    public Secret OwnSkP => IsInitiator ? Keys.SkPi : Keys.SkPr;

    /// <summary>The peer's SK_p.</summary>
    public Secret PeerSkP => IsInitiator ? Keys.SkPr : Keys.SkPi;

    public IkeKeys Keys => _keys ?? throw new InvalidOperationException("no keys yet");

    public ChildSet Children { get; }

    /// <summary>The time of the call that is under way.</summary>
    public TimeSpan Now { get; set; }

    /// <summary>Our CREATE_CHILD_SA that is not over yet, IKE_FOLLOWUP_KE included.</summary>
    public CreationTask? Creation { get; set; }

    /// <summary>The peer's that wait for IKE_FOLLOWUP_KE.</summary>
    public PendingCreations Pending { get; }

    /// <summary>The children that are ours to ask for; none where the peer began.</summary>
    public IReadOnlyList<ChildSpec> Wanted { get; private set; } = [];

    /// <summary>One of them that is not there; null when all are.</summary>
    public ChildSpec? MissingChild
    {
        get
        {
            for (int i = 0; i < Wanted.Count; i++)
            {
                if (!Children.Has(Wanted[i]))
                    return Wanted[i];
            }

            return null;
        }
    }

    /// <summary>A child that is missing is not asked for before.</summary>
    public TimeSpan ChildrenNotBefore { get; private set; }

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

    /// <summary>Why no child is left; null while there is one.</summary>
    public IkeFailure? Loss { get; private set; }

    /// <summary>
    /// What it is to replace, while the nonces of two rekeys at the same time have yet to say so (RFC 7296 2.8.2); null otherwise.
    /// </summary>
    public IkeSa? Predecessor { get; private set; }

    /// <summary>How many rekeys led to it; 0 for one that IKE_SA_INIT began.</summary>
    public int Generation { get; private init; }

    /// <summary>When to rekey it.</summary>
    public TimeSpan RekeyAt { get; set; } = TimeSpan.MaxValue;

    /// <summary>Called before it ends with its children: another SA may take their traffic over first, so that none is blocked.</summary>
    public Action? Ending { get; set; }

    /// <summary>When it is deleted at the latest.</summary>
    public TimeSpan EndsAt { get; private set; } = TimeSpan.MaxValue;

    /// <summary>What has taken its place; null unless it is replaced.</summary>
    public IkeSa? Successor { get; private set; }

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
        if (Children.Count > 0)
            Ending?.Invoke();
        MoveTo(IkeSaState.Dead);
        Failure = failure;
        Children.Clear();
        Creation?.Abandon(this);
        Pending.Clear();
        if (_takenSpi is { } spi)
            Environment.EspSpis.Release(spi);
        _takenSpi = null;
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

    /// <summary>Mixes an additional key exchange in (RFC 9370 2.2.2).</summary>
    /// <remarks>
    /// The initiator, who has the answer, turns to the new keys at once; the responder has yet to answer under the old ones (RFC 9242
    /// 3.3.1), and turns by <see cref="TurnToNextKeys"/>.
    /// </remarks>
    public void UseNextKeys(KeyExchangeMethod method, Secret sharedSecret)
    {
        KeyExchangesRun.Add(KeyExchangeParameters.Of(method));
        IkeKeys next = _schedule!.Next(Keys, sharedSecret);
        if (IsInitiator)
            Use(next);
        else
            _nextKeys = next;
    }

    /// <summary>
    /// Mixes a postquantum preshared key in with the last IKE_INTERMEDIATE, behind its key exchange (RFC 9867 3.1); when the keys turn is
    /// the same as with <see cref="UseNextKeys(KeyExchangeMethod, Secret)"/>.
    /// </summary>
    public void UseNextKeys(PostquantumKey ppk)
    {
        PostquantumKey = ppk;
        IkeKeys next = _schedule!.NextWithPpk(_nextKeys ?? Keys, ppk.Secret);
        _nextKeys?.Dispose();
        _nextKeys = null;
        if (IsInitiator)
            Use(next);
        else
            _nextKeys = next;
    }

    /// <summary>Mixes a postquantum preshared key in before IKE_AUTH, whose messages stay under the keys in force (RFC 8784 3).</summary>
    public void UseInAuth(PostquantumKey ppk)
    {
        PostquantumKey = ppk;
        KeysWithoutPpk = Keys;
        _keys = _schedule!.WithPpk(Keys, ppk.Secret);
    }

    /// <summary>The peer has the postquantum preshared key too.</summary>
    public void KeepPpk()
    {
        KeysWithoutPpk?.Dispose();
        KeysWithoutPpk = null;
    }

    /// <summary>The peer lacks the postquantum preshared key, and both can do without.</summary>
    public void GoOnWithoutPpk()
    {
        if (KeysWithoutPpk is not { } keys)
            return;
        _keys?.Dispose();
        _keys = keys;
        KeysWithoutPpk = null;
        PostquantumKey = null;
    }

    /// <summary>What proves to the peer that we have a postquantum preshared key (RFC 9867 3.1).</summary>
    public byte[] Confirmation(PostquantumKey ppk) => _schedule!.PpkConfirmation(ppk.Secret);

    /// <summary>The answer is sealed: from here on the new keys count, if there are any.</summary>
    public void TurnToNextKeys()
    {
        if (_nextKeys is not { } next)
            return;
        _nextKeys = null;
        PreviousProtection?.Dispose();
        PreviousProtection = Protection;
        Protection = null;
        Use(next);
    }

    /// <summary>The peer has gone on under the keys in force: it repeats nothing that was under those before.</summary>
    public void ForgetPreviousKeys()
    {
        PreviousProtection?.Dispose();
        PreviousProtection = null;
    }

    /// <summary>Our SPI of the child that is being negotiated: taken once, given back should no child come of it.</summary>
    public EspSpi TakeSpi() => _takenSpi ??= Environment.EspSpis.Allocate();

    /// <summary>The child of IKE_AUTH: it receives, so that nothing the peer sends at once is lost. When our traffic turns to it, the connection says.</summary>
    public void Install(ChildSa childSa, string proposal)
    {
        _takenSpi = null;
        var child = new Child(childSa, IsInitiator ? Wanted[0] : null, proposal, keyExchanges: []);
        Children.Install(Now, child, IsQuantumSafe);
    }

    /// <summary>Turns our traffic to the children that do not wait for one of this IKE SA's own.</summary>
    public void TurnOutbound() => Children.TurnAll();

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

    /// <summary>A rekey is over: all children move to the successor (RFC 7296 2.8).</summary>
    /// <param name="end">When this one is deleted, should the peer not do it before.</param>
    public void GiveWayTo(IkeSa successor, TimeSpan end)
    {
        if (State == IkeSaState.Deleting)
        {
            // Its end was decided while the rekey was under way, and is the end of what would have replaced it.
            successor.EndAt(Now);
            return;
        }

        // The peer has deleted it, or fallen silent on it, before the nonces decided.
        if (State != IkeSaState.Established || successor.State != IkeSaState.Established)
            return;
        successor.Predecessor = null;
        Children.MoveTo(successor.Children);
        successor.Wanted = Wanted;
        successor.ChildrenNotBefore = ChildrenNotBefore;
        Successor = successor;
        MoveTo(IkeSaState.Replaced);
        EndAt(end);
        successor.ReportEstablished();
    }

    /// <summary>The peer already does something about our children here: so it knows that this SA is the one that counts.</summary>
    public void TakeOver() => Predecessor?.GiveWayTo(this, Now + ReplacedGrace);

    /// <summary>An SA that a rekey has made and nobody drives yet.</summary>
    public bool TryTakeSuccessor([NotNullWhen(true)] out IkeSa? successor) => _successors.TryDequeue(out successor);

    public bool IsQuantumSafe => KeyExchangesRun.Exists(method => method.IsPostQuantum);

    /// <summary>The last child is gone: what is wanted comes from a new IKE SA.</summary>
    public void Lose(IkeFailure reason)
    {
        Loss ??= reason;
        NeedsReplacement = true;
        ChildrenNotBefore = TimeSpan.MaxValue;
    }

    /// <summary>Another child was refused: it is asked for again after a while.</summary>
    /// <param name="failure">What to tell; null where the peer was only busy.</param>
    public void DelayChildren(IkeFailure? failure)
    {
        TimeSpan wait = failure is null ? RetryDelay() : Config.Retry.Longest;
        ChildrenNotBefore = Now + wait;
        if (failure is null)
            return;
        if (Children.Count == 0)
            Lose(failure);
        else
            Report(new ChildFailed(Config.Name, failure, wait));
    }

    /// <summary>Has IKE and the children run over another path from now on.</summary>
    public void UsePath(in PeerPath path)
    {
        PeerPath before = Mobility.TrafficPath ?? Path;
        Mobility.TrafficPath = null;
        Path = path;
        if (before == path)
            return;
        Report(new PathChanged(Config.Name, InitiatorSpi, before, path, Nat.LocalBehindNat));
        foreach (Child child in Children)
            Children.Move(child, path);
    }

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
        foreach (IkeSa successor in _successors)
            successor.Dispose();
        Protection?.Dispose();
        PreviousProtection?.Dispose();
        _keys?.Dispose();
        _nextKeys?.Dispose();
        KeysWithoutPpk?.Dispose();
    }

    private void Use(IkeKeys keys)
    {
        Protection?.Dispose();
        _keys?.Dispose();
        _keys = keys;
        Handshake.ForgetKeyExchange();
        Protection = SaProtection.Create(Selection!.Algorithms, keys, IsInitiator, Environment.Random);
    }

    /// <summary>A fresh SPI.</summary>
    public static IkeSpi NewSpi(IRandomSource random)
    {
        Span<byte> octets = stackalloc byte[IkeSpi.Length];
        // RFC 7296 3.1: neither SPI is ever zero.
        do
            random.Fill(octets);
        while (!octets.ContainsAnyExcept((byte)0));
        return IkeSpi.Read(octets);
    }

    /// <summary>A fresh nonce (RFC 7296 2.10).</summary>
    public static byte[] NewNonce(IRandomSource random)
    {
        byte[] nonce = new byte[NoncePayload.OurLength];
        random.Fill(nonce);
        return nonce;
    }
}
