using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>Tunnels of mode Route: selectors of all addresses, an interface, and routes into it.</summary>
public sealed class RouteTests(Realm realm)
{
    private const string Inside = "169.254.240.0";
    private const string Elsewhere = "203.0.113.9";

    private static readonly PeerConnection Everything = Connections.Remote with { LocalNetwork = "0.0.0.0/0", RemoteNetwork = "0.0.0.0/0" };

    private static readonly TunnelFile Routed = new()
    {
        ProbeTarget = Inside,
        Traffic = """
            {"mode": "Route", "interface": {"name": "cf0", "addresses": ["169.254.240.1/31"]},
             "routes": [{"to": "10.20.0.0/24"}, {"to": "0.0.0.0/0"}], "rules": [{"from": "10.1.0.0/24"}]}
            """,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_selectors_of_all_addresses_what_is_routed_passes_and_nothing_of_it_in_clear_also_when_the_daemon_is_killed()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "routed");
        await AddHostsAsync(scene);
        await scene.StartPeerAsync(Everything, options: new StrongSwanOptions { CarriesEverything = true });
        NetworkSnapshot before = await NetworkSnapshot.TakeAsync(scene.Network.Gateway, Stop);
        (PqTunnel daemon, TunnelStatus status) = await scene.BringUpAsync(Routed);

        Assert.Equal(["0.0.0.0/0"], Assert.Single(status.Children).Remote);
        Assert.True(await scene.PingAsync(5));
        Assert.True(await AnswersAsync(scene, Elsewhere));
        // The peer's answers to what has an address of the interface come to it, as those to health checks do.
        (await scene.Network.Gateway.RunAsync(Ping(Inside, 3), Stop)).EnsureSuccess();
        (await scene.Network.Remote.RunAsync(Ping("169.254.240.1", 3), Stop)).EnsureSuccess();
        (await daemon.RekeyAsync("--child", Stop)).EnsureSuccess();
        (await daemon.RekeyAsync("--ike", Stop)).EnsureSuccess();
        Assert.True(await scene.PingAsync(20));

        await daemon.Up.KillAsync();
        Assert.False(await scene.PingAsync(2));
        Assert.False(await AnswersAsync(scene, Elsewhere));
        (await daemon.DownAsync(Stop)).EnsureSuccess();
        Assert.Equal(before, await NetworkSnapshot.TakeAsync(scene.Network.Gateway, Stop));

        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire.Esp > 60, wire.ToString());
    }

    [Fact]
    public async Task Of_two_peers_with_one_network_the_worse_metric_takes_over_when_the_better_ones_peer_falls_silent_and_gives_back()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "routed-failover");
        using Branch branch = await Branch.AddAsync(realm, scene.Network, Stop);
        await branch.Site.IpAsync($"address add {TunnelNetwork.RemoteHost}/32 dev lo", Stop);
        await scene.Network.Gateway.IpAsync($"rule add to {TunnelNetwork.RemoteNetwork} table 77 priority 300", Stop);
        StrongSwan preferred = await scene.StartPeerAsync();
        await scene.StartPeerAsync(branch.Site, Branch.Connection with { LocalNetwork = TunnelNetwork.RemoteNetwork });
        PqTunnel daemon = await scene.StartFleetAsync(
            Preferred(100) with { Name = "preferred" },
            Preferred(200) with { Name = "spare", Psk = Branch.Psk, PeerAddress = Branch.Address, PeerId = Branch.Connection.LocalId, LocalAddress = TunnelNetwork.GatewayAddress });
        await UntilReadyAsync(daemon, "preferred", isReady: true);
        await UntilReadyAsync(daemon, "spare", isReady: true);
        Assert.Equal((true, false), await CarriedByAsync(scene, daemon));

        await preferred.KillAsync();
        await UntilReadyAsync(daemon, "preferred", isReady: false);
        Assert.Equal((false, true), await CarriedByAsync(scene, daemon));

        await scene.StartPeerAsync();
        await UntilReadyAsync(daemon, "preferred", isReady: true);
        Assert.Equal((true, false), await CarriedByAsync(scene, daemon));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    private static TunnelFile Preferred(int metric) => new()
    {
        ProbeTarget = null,
        NoticesSilenceSoon = true,
        Traffic = $$"""
            {"mode": "Route", "local": ["{{TunnelNetwork.LocalNetwork}}"], "remote": ["{{TunnelNetwork.RemoteNetwork}}"],
             "routes": [{"to": "{{TunnelNetwork.RemoteNetwork}}", "table": 77, "metric": {{metric}}}]}
            """,
    };

    private static Task UntilReadyAsync(PqTunnel daemon, string tunnel, bool isReady) => Wait.UntilAsync(
        $"{tunnel} is {(isReady ? "ready" : "down")}", async () => (await daemon.StatusAsync(tunnel, Stop))?.Ready == isReady, TimeSpan.FromSeconds(60), Stop);

    /// <summary>Which of the two tunnels carries what the workload sends; all of it has to be answered.</summary>
    private static async Task<(bool Preferred, bool Spare)> CarriedByAsync(TunnelScene scene, PqTunnel daemon)
    {
        async Task<long> SentAsync(string tunnel) => (await daemon.StatusAsync(tunnel, Stop))!.Counters.OutboundPackets;
        (long preferred, long spare) = (await SentAsync("preferred"), await SentAsync("spare"));
        Assert.True(await scene.PingAsync(20));
        return (await SentAsync("preferred") - preferred >= 20, await SentAsync("spare") - spare >= 20);
    }

    private static async Task AddHostsAsync(TunnelScene scene)
    {
        foreach (string host in (string[])[Inside, Elsewhere])
            (await scene.Network.Remote.RunAsync(new Command("ip", "address", "add", $"{host}/32", "dev", "lo"), Stop)).EnsureSuccess();
    }

    private static async Task<bool> AnswersAsync(TunnelScene scene, string host) =>
        (await scene.Network.Workload.RunAsync(Ping(host, 3), Stop)).Succeeded;

    private static Command Ping(string host, int count) => new("ping", "-n", "-q", "-i", "0.05", "-c", $"{count}", "-W", "2", host);
}
