namespace K8sPqTunnel.Lab.Peers;

/// <summary>The daemon settings of a strongSwan.</summary>
internal static class StrongSwanDaemon
{
    private const string OwnMark = "0x42";

    /// <summary>strongswan.conf: kernel-libipsec as the data plane where the kernel may have no ESP.</summary>
    public static string Configuration(StrongSwanOptions options) => new ConfSection()
        .Section("charon", charon => charon
            .Set("load_modular", "yes")
            .Set("install_virtual_ip", "no")
            .Set("fragment_size", $"{options.FragmentSize}")
            .Set("cookie_threshold", $"{options.CookieThreshold}")
            .Set("signature_authentication", options.DigitalSignatures ? "yes" : "no")
            // What a test waits for should be there soon: the first retransmit after half a second.
            .Set("retransmit_timeout", "0.5")
            .Set("retransmit_tries", "4")
            .Section("filelog", logs => logs
                .Section("stderr", log => log
                    .Set("time_format", "%H:%M:%S")
                    .Set("time_add_ms", "yes")
                    .Set("flush_line", "yes")
                    .Set("default", "1")))
            .Section("plugins", plugins => DataPlane(plugins.Include("strongswan.d/charon/*.conf"), options)
                // It would exempt the networks behind from the tunnel.
                .Section("bypass-lan", plugin => plugin.Set("load", "no"))))
        .Section("charon-systemd", systemd => systemd.Section("journal", journal => journal.Set("default", "-1")))
        .ToString();

    private static ConfSection DataPlane(ConfSection plugins, StrongSwanOptions options) => options is { CarriesEverything: true, KernelEsp: false }
        ? plugins.Section("kernel-libipsec", plugin => plugin.Set("load", "yes").Set("allow_peer_ts", "yes"))
            .Section("socket-default", plugin => plugin.Set("fwmark", OwnMark))
            .Section("kernel-netlink", plugin => plugin.Set("fwmark", $"!{OwnMark}"))
        : plugins.Section("kernel-libipsec", plugin => plugin.Set("load", options.KernelEsp ? "no" : "yes"));
}
