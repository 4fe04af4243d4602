using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Protection;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>The keys of one IKE SA: what they come from, those in force, and the turn from one set to the next (RFC 7296 2.14).</summary>
internal sealed class KeyMaterial(IkeSa sa) : IDisposable
{
    private KeySchedule? _schedule;
    private IkeKeys? _current;
    private IkeKeys? _next;

    /// <summary>What was negotiated; null until IKE_SA_INIT is answered.</summary>
    public IkeSelection? Selection { get; private set; }

    /// <summary>The key exchanges that have really been run, in order.</summary>
    public List<KeyExchangeParameters> Run { get; } = [];

    public bool IsQuantumSafe => Run.Exists(method => method.IsPostQuantum);

    /// <summary>The keys in force.</summary>
    public IkeKeys Current => _current ?? throw new InvalidOperationException("no keys yet");

    /// <summary>Our SK_p (RFC 7296 2.15).</summary>
    public Secret OwnSkP => sa.IsInitiator ? Current.SkPi : Current.SkPr;

    /// <summary>The peer's SK_p.</summary>
    public Secret PeerSkP => sa.IsInitiator ? Current.SkPr : Current.SkPi;

    /// <summary>Null until IKE_SA_INIT is answered.</summary>
    public SaProtection? Protection { get; private set; }

    /// <summary>
    /// What protected the exchange before, while its request may still be repeated: RFC 9242 has a responder change its keys between
    /// two requests. Null otherwise.
    /// </summary>
    public SaProtection? PreviousProtection { get; private set; }

    /// <summary>The postquantum preshared key that the keys come from too; null without.</summary>
    public PostquantumKey? PostquantumKey { get; private set; }

    /// <summary>The keys as they were before <see cref="UseInAuth"/>, for the AUTH of an end that lacks the PPK; null without one.</summary>
    public IkeKeys? WithoutPpk { get; private set; }

    /// <summary>Makes the first keys (RFC 7296 2.14).</summary>
    public void UseFirst(IkeSelection selection, Secret sharedSecret)
    {
        Selection = selection;
        sa.Handshake.UsePrf(selection.Algorithms.Prf);
        _schedule = new KeySchedule(
            selection.Algorithms, sa.Handshake.Ni, sa.Handshake.Nr, sa.InitiatorSpi.ToArray(), sa.ResponderSpi.ToArray());
        Run.Add(KeyExchangeParameters.Of(selection.InitialMethod));
        Use(_schedule.First(sharedSecret));
    }

    /// <summary>Makes the keys of an SA that a rekey has made (RFC 7296 2.18).</summary>
    /// <param name="old">Of the SA that was rekeyed.</param>
    /// <param name="fresh">All its key exchanges have been run.</param>
    public void UseRekeyed(KeyMaterial old, IkeSelection selection, FreshKeys fresh)
    {
        Selection = selection;
        PostquantumKey = old.PostquantumKey;
        Run.AddRange(fresh.Run);
        var schedule = new KeySchedule(
            selection.Algorithms, fresh.Ni, fresh.Nr, sa.InitiatorSpi.ToArray(), sa.ResponderSpi.ToArray());
        Use(schedule.Rekeyed(old.Selection!.Algorithms.Prf, old.Current.SkD, fresh.Secrets));
    }

    /// <summary>Mixes an additional key exchange in (RFC 9370 2.2.2).</summary>
    /// <remarks>
    /// The initiator, who has the answer, turns to the new keys at once; the responder has yet to answer under the old ones (RFC 9242
    /// 3.3.1), and turns by <see cref="TurnToNext"/>.
    /// </remarks>
    public void UseNext(KeyExchangeMethod method, Secret sharedSecret)
    {
        Run.Add(KeyExchangeParameters.Of(method));
        IkeKeys next = _schedule!.Next(Current, sharedSecret);
        if (sa.IsInitiator)
            Use(next);
        else
            _next = next;
    }

    /// <summary>
    /// Mixes a postquantum preshared key in with the last IKE_INTERMEDIATE, behind its key exchange (RFC 9867 3.1); when the keys turn is
    /// the same as with <see cref="UseNext(KeyExchangeMethod, Secret)"/>.
    /// </summary>
    public void UseNext(PostquantumKey ppk)
    {
        PostquantumKey = ppk;
        IkeKeys next = _schedule!.NextWithPpk(_next ?? Current, ppk.Secret);
        _next?.Dispose();
        _next = null;
        if (sa.IsInitiator)
            Use(next);
        else
            _next = next;
    }

    /// <summary>Mixes a postquantum preshared key in before IKE_AUTH, whose messages stay under the keys in force (RFC 8784 3).</summary>
    public void UseInAuth(PostquantumKey ppk)
    {
        PostquantumKey = ppk;
        WithoutPpk = Current;
        _current = _schedule!.WithPpk(Current, ppk.Secret);
    }

    /// <summary>The peer has the postquantum preshared key too.</summary>
    public void KeepPpk()
    {
        WithoutPpk?.Dispose();
        WithoutPpk = null;
    }

    /// <summary>The peer lacks the postquantum preshared key, and both can do without.</summary>
    public void GoOnWithoutPpk()
    {
        if (WithoutPpk is not { } keys)
            return;
        _current?.Dispose();
        _current = keys;
        WithoutPpk = null;
        PostquantumKey = null;
    }

    /// <summary>What proves to the peer that we have a postquantum preshared key (RFC 9867 3.1).</summary>
    public byte[] Confirmation(PostquantumKey ppk) => _schedule!.PpkConfirmation(ppk.Secret);

    /// <summary>The answer is sealed: from here on the new keys count, if there are any.</summary>
    public void TurnToNext()
    {
        if (_next is not { } next)
            return;
        _next = null;
        PreviousProtection?.Dispose();
        PreviousProtection = Protection;
        Protection = null;
        Use(next);
    }

    /// <summary>Both ends are authenticated: nothing more comes of the handshake.</summary>
    public void ForgetHandshake()
    {
        _schedule = null;
        _current = Current.WithoutProofs();
    }

    /// <summary>The peer has gone on under the keys in force: it repeats nothing that was under those before.</summary>
    public void ForgetPrevious()
    {
        PreviousProtection?.Dispose();
        PreviousProtection = null;
    }

    public void Dispose()
    {
        Protection?.Dispose();
        PreviousProtection?.Dispose();
        _current?.Dispose();
        _next?.Dispose();
        WithoutPpk?.Dispose();
    }

    private void Use(IkeKeys keys)
    {
        Protection?.Dispose();
        _current?.Dispose();
        _current = keys;
        sa.Handshake.ForgetKeyExchange();
        Protection = SaProtection.Create(Selection!.Algorithms, keys, sa.IsInitiator, sa.Environment.Random);
    }
}
