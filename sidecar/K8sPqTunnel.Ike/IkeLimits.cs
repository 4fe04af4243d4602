namespace K8sPqTunnel.Ike;

/// <summary>How much a peer, or a stranger, can make us read, hold or do. <c>docs/limits.md</c> lists the same with reasons.</summary>
public static class IkeLimits
{
    /// <summary>Octets of a message, reassembled or in one piece.</summary>
    public const int MessageLength = 64 * 1024;

    /// <summary>Fragments of a message (RFC 7383 2.6).</summary>
    public const int Fragments = 128;

    /// <summary>Seconds until an incomplete set of fragments is dropped (RFC 7383 2.6.1).</summary>
    public const int FragmentSeconds = 60;

    /// <summary>Octets that the incomplete messages of all IKE SAs together hold (RFC 7383 5).</summary>
    public const int FragmentMemory = 16 * 1024 * 1024;

    /// <summary>Payloads of a message, known or not.</summary>
    public const int Payloads = 100;

    /// <summary>Notify payloads of a message.</summary>
    public const int Notifies = 32;

    /// <summary>Vendor ID payloads of a message.</summary>
    public const int VendorIds = 16;

    /// <summary>Certificate payloads of a message, and as many certificate requests.</summary>
    public const int Certificates = 16;

    /// <summary>Certificates of one end's chain.</summary>
    public const int ChainCertificates = 8;

    /// <summary>Octets of a certificate.</summary>
    public const int CertificateLength = 16 * 1024;

    /// <summary>Authorities that we ask a peer who begins for, of all connections that it may mean.</summary>
    public const int RequestedAuthorities = 32;

    /// <summary>Delete payloads of a message.</summary>
    public const int Deletes = 8;

    /// <summary>SPIs of a Delete payload.</summary>
    public const int DeletedSpis = 256;

    /// <summary>Proposals of a Security Association payload.</summary>
    public const int Proposals = 64;

    /// <summary>Traffic selectors of a payload.</summary>
    public const int TrafficSelectors = 64;

    /// <summary>How often a responder may ask for a cookie anew (RFC 7296 2.6).</summary>
    public const int CookieRounds = 3;

    /// <summary>Redirects that are followed within <see cref="RedirectSeconds"/> (RFC 5685 6).</summary>
    public const int Redirects = 5;

    /// <summary>See <see cref="Redirects"/>.</summary>
    public const int RedirectSeconds = 300;

    /// <summary>How often a responder may ask for another key exchange method (RFC 7296 1.2).</summary>
    public const int MethodRounds = 3;

    /// <summary>Child SAs of an IKE SA that a peer may create.</summary>
    public const int Children = 256;

    /// <summary>CREATE_CHILD_SA exchanges of a peer that wait for its IKE_FOLLOWUP_KE at a time (RFC 9370 2.2.4).</summary>
    public const int PendingCreations = 4;
}
