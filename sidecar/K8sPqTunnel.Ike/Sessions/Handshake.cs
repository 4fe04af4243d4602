using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Responding;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>What an IKE SA has to remember from its first message until both ends are authenticated.</summary>
internal sealed class Handshake : IDisposable
{
    private IntAuth? _initiatorIntAuth;
    private IntAuth? _responderIntAuth;

    /// <summary>The initiator's nonce: the same in every repeat of IKE_SA_INIT (RFC 7296 2.6 needs it with a cookie).</summary>
    public byte[] Ni { get; set; } = [];

    /// <summary>The responder's.</summary>
    public byte[] Nr { get; set; } = [];

    /// <summary>The lower of the two.</summary>
    public byte[] LowestNonce => Ni.AsSpan().SequenceCompareTo(Nr) < 0 ? Ni : Nr;

    /// <summary>The responder's cookie, to be sent back first of all (RFC 7296 2.6); empty while none was asked for.</summary>
    public byte[] Cookie { get; set; } = [];

    /// <summary>The initiator's IKE_SA_INIT message that counts, the last: RealMessage1 (RFC 7296 2.15).</summary>
    public byte[] InitRequest { get; set; } = [];

    /// <summary>The responder's answer to it: RealMessage2.</summary>
    public byte[] InitResponse { get; set; } = [];

    /// <summary>The hash functions that the peer takes in signatures (RFC 7427 4).</summary>
    public SignatureHashes PeerHashes { get; set; }

    /// <summary>Key hashes of the authorities that the peer asks for, 20 octets each (RFC 7296 3.7).</summary>
    public byte[] PeerAuthorities { get; set; } = [];

    /// <summary>The peer has proved to hold its certificate's key, and whether that certificate is trusted is asked here; null before.</summary>
    public CertificateCheck? Check { get; set; }

    /// <summary>What it came to; null while it is under way.</summary>
    public CertificateVerdict? CheckVerdict { get; set; }

    public bool AwaitsVerdict => Check is not null && CheckVerdict is null;

    /// <summary>The peer has proved itself with the former pre-shared key, or we begin with it, because it takes no other: our proof is made with that one.</summary>
    public bool UsesFormerKey { get; set; }

    /// <summary>The connections that a peer may mean as far as addresses and proposals tell; empty where we began.</summary>
    public IReadOnlyList<Acceptor> Acceptors { get; set; } = [];

    /// <summary>The one that the peer has proved to mean; null until then, and where we began.</summary>
    public IkeConnection? Claimed { get; set; }

    /// <summary>The responder takes an IKE_AUTH that makes no child (RFC 6023 3).</summary>
    public bool PeerTakesChildless { get; set; }

    /// <summary>The peer says that it has no other SA with us (RFC 7296 2.4).</summary>
    public bool PeerSaysInitialContact { get; set; }

    /// <summary>Our half of the key exchange under way.</summary>
    public KeyExchange? KeyExchange { get; private set; }

    /// <summary>Both ends sign the whole of IKE_SA_INIT (draft-ietf-ipsecme-ikev2-downgrade-prevention).</summary>
    public bool FullTranscript { get; set; }

    /// <summary>Whether a postquantum preshared key is to be mixed in, and where.</summary>
    public PpkUse PpkUse { get; set; }

    /// <summary>IntAuth of what the initiator sent (RFC 9242 3.3.2).</summary>
    public IntAuth InitiatorIntAuth => _initiatorIntAuth ?? throw new InvalidOperationException("no PRF negotiated yet");

    /// <summary>IntAuth of what the responder sent.</summary>
    public IntAuth ResponderIntAuth => _responderIntAuth ?? throw new InvalidOperationException("no PRF negotiated yet");

    public void Begin(KeyExchange keyExchange)
    {
        KeyExchange?.Dispose();
        KeyExchange = keyExchange;
    }

    /// <summary>Zeroes the private key of a finished exchange: from here on nobody can derive its secret again.</summary>
    public void ForgetKeyExchange()
    {
        KeyExchange?.Dispose();
        KeyExchange = null;
    }

    public void UsePrf(PrfId prf)
    {
        _initiatorIntAuth = new IntAuth(prf);
        _responderIntAuth = new IntAuth(prf);
    }

    /// <summary>Both ends are authenticated: the messages that AUTH covered, and who else the peer might have been, count no more. The nonces stay.</summary>
    public void ForgetTranscript()
    {
        InitRequest = InitResponse = Cookie = PeerAuthorities = [];
        Acceptors = [];
        _initiatorIntAuth = _responderIntAuth = null;
    }

    /// <summary>What one side's AUTH covers (RFC 7296 2.15, RFC 9242 3.3.2; with the full transcript, its draft's section 4).</summary>
    /// <param name="ofInitiator">Whose signature.</param>
    /// <param name="skP">The signer's.</param>
    /// <param name="idBody">The signer's ID payload without generic header.</param>
    /// <param name="authMessageId">Message ID of IKE_AUTH.</param>
    public byte[] SignedOctets(PrfId prf, bool ofInitiator, Secret skP, ReadOnlySpan<byte> idBody, uint authMessageId)
    {
        byte[] own = ofInitiator ? InitRequest : InitResponse;
        if (FullTranscript)
        {
            // Zeros where no SPI can be keep the two forms apart.
            byte[] other = ofInitiator ? InitResponse : InitRequest;
            own = [.. new byte[IkeSpi.Length], .. other, .. own];
        }

        return Keys.SignedOctets.Compose(
            prf, own, ofInitiator ? Nr : Ni, skP, idBody, Keys.SignedOctets.IntAuthOf(InitiatorIntAuth, ResponderIntAuth, authMessageId));
    }

    public void Dispose() => KeyExchange?.Dispose();
}
