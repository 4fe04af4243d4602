namespace K8sPqTunnel.Lab.Peers;

/// <summary>What a test may want of a strongSwan besides its connection.</summary>
public sealed record StrongSwanOptions
{
    /// <summary>Octets of an IP packet beyond which an IKE message goes in fragments (RFC 7383).</summary>
    public int FragmentSize { get; init; } = 1280;

    /// <summary>Half-open IKE SAs from which on it asks for cookies (RFC 7296 2.6).</summary>
    public int CookieThreshold { get; init; } = 30;

    /// <summary>Its packets are carried by the kernel, which must have ESP; otherwise by itself.</summary>
    public bool KernelEsp { get; init; }

    /// <summary>It knows the Digital Signature method (RFC 7427).</summary>
    public bool DigitalSignatures { get; init; } = true;

    /// <summary>Its selectors may be all addresses, the other gateway's too: its own IKE and ESP go by a mark past its routes into the tunnel.</summary>
    public bool CarriesEverything { get; init; }
}
