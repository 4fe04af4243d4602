namespace K8sPqTunnel.Lab.Peers;

/// <summary>The configuration files of a strongSwan that carries packets in user space.</summary>
internal static class StrongSwanFiles
{
    /// <summary>strongswan.conf: kernel-libipsec as the data plane, because the host's kernel may have no ESP.</summary>
    public static string Daemon(int fragmentSize) => new ConfSection()
        .Section("charon", charon => charon
            .Set("load_modular", "yes")
            .Set("install_virtual_ip", "no")
            .Set("fragment_size", $"{fragmentSize}")
            // What a test waits for should be there soon: the first retransmit after half a second.
            .Set("retransmit_timeout", "0.5")
            .Set("retransmit_tries", "4")
            .Section("filelog", logs => logs
                .Section("stderr", log => log
                    .Set("time_format", "%H:%M:%S")
                    .Set("time_add_ms", "yes")
                    .Set("flush_line", "yes")
                    .Set("default", "1")))
            .Section("plugins", plugins => plugins
                .Include("strongswan.d/charon/*.conf")
                .Section("kernel-libipsec", plugin => plugin.Set("load", "yes"))
                // It would exempt the networks behind from the tunnel.
                .Section("bypass-lan", plugin => plugin.Set("load", "no"))))
        .Section("charon-systemd", systemd => systemd.Section("journal", journal => journal.Set("default", "-1")))
        .ToString();

    /// <summary>swanctl.conf with one connection <c>peer</c> and its child <c>net</c>.</summary>
    public static string Connections(StrongSwanConnection connection) => new ConfSection()
        .Section("connections", all => all.Section(StrongSwan.ConnectionName, peer => peer
            .Set("version", "2")
            .Set("local_addrs", connection.LocalAddress)
            .Set("remote_addrs", connection.RemoteAddress)
            .Set("proposals", connection.IkeProposal)
            .Set("fragmentation", "yes")
            .Set("mobike", "no")
            .Section("local", local => local.Set("auth", "psk").Set("id", connection.LocalId))
            .Section("remote", remote => remote.Set("auth", "psk").Set("id", connection.RemoteId))
            .Section("children", children => children.Section(StrongSwan.ChildName, child => child
                .Set("local_ts", connection.LocalNetwork)
                .Set("remote_ts", connection.RemoteNetwork)
                .Set("esp_proposals", connection.EspProposal)))))
        .Section("secrets", secrets => secrets.Section("ike-peer", ike => ike
            .Set("id-local", connection.LocalId)
            .Set("id-remote", connection.RemoteId)
            .SetQuoted("secret", connection.Psk)))
        .ToString();
}
