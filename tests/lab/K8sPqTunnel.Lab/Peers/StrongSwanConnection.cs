namespace K8sPqTunnel.Lab.Peers;

/// <summary>One connection of a strongSwan peer, authenticated by a pre-shared key. The words are swanctl.conf's.</summary>
public sealed record StrongSwanConnection
{
    public required string LocalAddress { get; init; }

    public required string RemoteAddress { get; init; }

    public required string LocalId { get; init; }

    public required string RemoteId { get; init; }

    public required string Psk { get; init; }

    /// <summary>For example <c>aes256gcm16-prfsha384-ecp384-ke1_mlkem768</c>.</summary>
    public required string IkeProposal { get; init; }

    /// <summary>For example <c>aes256gcm16-ecp384-ke1_mlkem768</c>.</summary>
    public required string EspProposal { get; init; }

    public required string LocalNetwork { get; init; }

    public required string RemoteNetwork { get; init; }

    /// <summary>Octets of an IP packet with an IKE message beyond which it is sent in fragments (RFC 7383).</summary>
    public int FragmentSize { get; init; } = 1280;
}
