namespace K8sPqTunnel.Lab.Peers;

/// <summary>One tunnel as a peer is to have it; each peer's class puts it into its own words.</summary>
public sealed record PeerConnection
{
    public required string LocalAddress { get; init; }

    /// <summary>The other end's address, or <c>%any</c>.</summary>
    public required string RemoteAddress { get; init; }

    public required string LocalId { get; init; }

    public required string RemoteId { get; init; }

    /// <summary>Authenticates both ends where <see cref="Credentials"/> is null.</summary>
    public required string Psk { get; init; }

    /// <summary>In strongSwan's keywords, for example <c>aes256gcm16-prfsha384-ecp384-ke1_mlkem768</c>.</summary>
    public required string IkeProposal { get; init; }

    /// <summary>In strongSwan's keywords, for example <c>aes256gcm16-ecp384-ke1_mlkem768</c>.</summary>
    public required string EspProposal { get; init; }

    public required string LocalNetwork { get; init; }

    public required string RemoteNetwork { get; init; }

    /// <summary>As initiator it makes its child SA by CREATE_CHILD_SA (RFC 6023); for peers that can.</summary>
    public bool Childless { get; init; }

    /// <summary>A postquantum preshared key beside whatever authenticates; null for none.</summary>
    public PeerPpk? Ppk { get; init; }

    /// <summary>It goes along when an end moves (RFC 4555); strongSwan only.</summary>
    public bool Mobike { get; init; }

    public SignatureScheme Signatures { get; init; }

    /// <summary>It sends every initiator to this gateway, an address or a name (RFC 5685); null for none. libreswan only.</summary>
    public string? RedirectTo { get; init; }

    /// <summary>The certificates of both ends, or null for the pre-shared key.</summary>
    public PeerCredentials? Credentials { get; init; }
}
