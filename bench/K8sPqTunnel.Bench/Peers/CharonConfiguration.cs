using K8sPqTunnel.Bench.Load;
using K8sPqTunnel.Bench.Suites;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Bench.Peers;

/// <summary>charon's strongswan.conf for a benchmark: no log, no limits that a load would run into, room for many SAs.</summary>
internal static class CharonConfiguration
{
    private const string Unlimited = "1000000";

    /// <summary>Where swanctl looks for certificates and keys.</summary>
    private const string Swanctl = "/etc/swanctl";

    public const string AuthorityFile = $"{Swanctl}/x509ca/ca.pem";
    public const string CertificateFile = $"{Swanctl}/x509/own.pem";
    public const string KeyFile = $"{Swanctl}/private/own.key";

    public static string Of(Trial trial) => new ConfSection()
        .Section("charon", charon => charon
            .Set("load_modular", "yes")
            .Set("threads", "16")
            .Set("ikesa_table_size", "4096")
            .Set("ikesa_table_segments", "16")
            .Set("cookie_threshold", Unlimited)
            .Set("cookie_threshold_ip", Unlimited)
            .Set("block_threshold", Unlimited)
            .Set("half_open_timeout", "120")
            .Set("install_routes", "no")
            // Where all its SAs are of one name it would take them for one.
            .Set("reuse_ikesa", "no")
            // The banner names the version; nothing is logged for each SA.
            .Section("filelog", logs => logs.Section("stderr", log => log.Set("default", "-1").Set("dmn", "1")))
            .Section("plugins", plugins => plugins
                .Include("strongswan.d/charon/*.conf")
                .Section("bypass-lan", plugin => plugin.Set("load", "no"))
                .Section("load-tester", plugin => LoadTester(plugin, trial))))
        .Section("charon-systemd", systemd => systemd.Section("journal", journal => journal.Set("default", "-1")))
        .ToString();

    private static void LoadTester(ConfSection plugin, Trial trial)
    {
        bool signs = trial.Authentication != AuthenticationKind.Psk;
        plugin.Set("load", "yes")
            .Set("enable", "yes")
            .Set("fake_kernel", "yes")
            .Set("version", "2")
            .Set("socket", $"unix:///{LoadTesterControl.SocketFile}")
            .Set("proposal", trial.Suite.Keywords)
            .Set("esp", Suite.EspKeywords)
            .Set("initiator", BenchEnds.InitiatorAddress)
            .Set("responder", BenchEnds.ResponderAddress)
            .Set("initiator_tsi", BenchEnds.InitiatorNetwork)
            .Set("initiator_tsr", BenchEnds.ResponderNetwork)
            .Set("initiator_auth", signs ? "pubkey" : "psk")
            .Set("responder_auth", signs ? "pubkey" : "psk")
            // It has one certificate for all of its SAs.
            .Set("initiator_id", signs ? BenchEnds.InitiatorName(0) : $"c%d-r%d.{BenchEnds.InitiatorDomain}")
            .Set("initiator_match", $"*.{BenchEnds.InitiatorDomain}")
            .Set("responder_id", BenchEnds.ResponderId)
            .Set("preshared_key", BenchEnds.Psk)
            .Set("child_rekey", "0")
            .Set("ike_rekey", "0");
        // The plugin's own keys and certificates are RSA. From these files it takes the authority and, the key being ECDSA, no key at all:
        // certificate and key come from swanctl.
        if (signs)
            plugin.Set("issuer_cert", AuthorityFile).Set("issuer_key", KeyFile);
    }
}
