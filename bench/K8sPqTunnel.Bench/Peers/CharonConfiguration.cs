using System.Globalization;
using K8sPqTunnel.Bench.Load;
using K8sPqTunnel.Bench.Suites;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Bench.Peers;

/// <summary>charon's strongswan.conf for a benchmark: no log, no limits that a load would run into, room for many SAs.</summary>
internal static class CharonConfiguration
{
    private const string Unlimited = "1000000";

    /// <param name="initiate">How many SAs to set up; 0 for a responder.</param>
    public static string Of(Suite suite, int initiate) => new ConfSection()
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
            // The banner names the version; nothing is logged for each SA.
            .Section("filelog", logs => logs.Section("stderr", log => log.Set("default", "-1").Set("dmn", "1")))
            .Section("plugins", plugins => plugins
                .Include("strongswan.d/charon/*.conf")
                .Section("bypass-lan", plugin => plugin.Set("load", "no"))
                .Section("load-tester", plugin => LoadTester(plugin, suite, initiate))))
        .Section("charon-systemd", systemd => systemd.Section("journal", journal => journal.Set("default", "-1")))
        .ToString();

    private static void LoadTester(ConfSection plugin, Suite suite, int initiate)
    {
        plugin.Set("load", "yes")
            .Set("enable", "yes")
            .Set("fake_kernel", "yes")
            .Set("version", "2")
            .Set("proposal", suite.Keywords)
            .Set("esp", Suite.EspKeywords)
            .Set("initiator", BenchEnds.InitiatorAddress)
            .Set("responder", BenchEnds.ResponderAddress)
            .Set("initiator_tsi", BenchEnds.InitiatorNetwork)
            .Set("initiator_tsr", BenchEnds.ResponderNetwork)
            .Set("initiator_auth", "psk")
            .Set("responder_auth", "psk")
            .Set("initiator_id", $"c%d-r%d.{BenchEnds.InitiatorDomain}")
            .Set("initiator_match", $"*.{BenchEnds.InitiatorDomain}")
            .Set("responder_id", BenchEnds.ResponderId)
            .Set("preshared_key", BenchEnds.Psk)
            .Set("child_rekey", "0")
            .Set("ike_rekey", "0");
        if (initiate > 0)
        {
            plugin.Set("initiators", "4")
                .Set("iterations", (initiate / 4).ToString(CultureInfo.InvariantCulture))
                .Set("delay", "1")
                .Set("init_limit", "32");
        }
    }
}
