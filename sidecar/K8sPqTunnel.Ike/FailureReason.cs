namespace K8sPqTunnel.Ike;

/// <summary>Why a connection could not be made or was lost. The names are reasons of conditions.</summary>
public enum FailureReason
{
    /// <summary>No answer to any of our repeats.</summary>
    PeerUnreachable,

    /// <summary>The peer answers, but not all fragments of a message, or of its answer, arrive.</summary>
    FragmentsLost,

    /// <summary>The peer agreed to additional key exchanges, and leaves the first message of them unanswered.</summary>
    IntermediateUnanswered,

    /// <summary>The peer takes none of our IKE or ESP proposals.</summary>
    NoProposalChosen,

    /// <summary>The peer chose, or insists on, key exchanges that the quantum policy forbids.</summary>
    NotQuantumSafe,

    /// <summary>One of the ends does not accept the other's proof, mostly a wrong pre-shared key.</summary>
    AuthenticationFailed,

    /// <summary>The peer's certificate leads to no authority that we trust, or is expired, revoked, unreadable or too weak.</summary>
    CertificateRefused,

    /// <summary>Nobody could be asked in time whether the peer's certificate has been revoked.</summary>
    CertificateUnchecked,

    /// <summary>The peer proved itself, but as somebody else.</summary>
    PeerIdentityMismatch,

    /// <summary>The ends have no postquantum preshared key in common, and one of them requires it.</summary>
    PostquantumKeyMissing,

    TrafficSelectorsUnacceptable,

    /// <summary>The OpenSSL of this machine lacks a configured algorithm.</summary>
    CryptoUnavailable,

    /// <summary>The policy leaves no proposal to offer.</summary>
    InvalidConfiguration,

    /// <summary>The peer asks for key exchange methods that we do not offer, or again and again.</summary>
    KeyExchangeRefused,

    /// <summary>The peer lacks an extension that the chosen algorithms or the data plane need.</summary>
    ExtensionMissing,

    /// <summary>The peer answered with an error that has no reason of its own here.</summary>
    PeerRefused,

    /// <summary>The peer sends us to another gateway, again and again (RFC 5685).</summary>
    Redirected,

    /// <summary>What the peer sent breaks the standard.</summary>
    ProtocolViolation,

    /// <summary>The peer deleted the SA.</summary>
    DeletedByPeer,

    /// <summary>The SA reached the end of its lifetime while each attempt to replace it failed.</summary>
    LifetimeExpired,
}
