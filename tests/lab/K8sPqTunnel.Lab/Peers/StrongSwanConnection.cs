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

    /// <summary>swanctl.conf with this connection, named <c>peer</c>, and its child <c>net</c>.</summary>
    public string ToConfiguration() => new ConfSection()
        .Section("connections", all => all.Section(StrongSwan.ConnectionName, peer => peer
            .Set("version", "2")
            .Set("local_addrs", LocalAddress)
            .Set("remote_addrs", RemoteAddress)
            .Set("proposals", IkeProposal)
            .Set("fragmentation", "yes")
            .Set("mobike", "no")
            .Section("local", local => local.Set("auth", "psk").Set("id", LocalId))
            .Section("remote", remote => remote.Set("auth", "psk").Set("id", RemoteId))
            .Section("children", children => children.Section(StrongSwan.ChildName, child => child
                .Set("local_ts", LocalNetwork)
                .Set("remote_ts", RemoteNetwork)
                .Set("esp_proposals", EspProposal)))))
        .Section("secrets", secrets => secrets.Section("ike-peer", ike => ike
            .Set("id-local", LocalId)
            .Set("id-remote", RemoteId)
            .SetQuoted("secret", Psk)))
        .ToString();
}
