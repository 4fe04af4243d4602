using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>One daemon with several tunnels on one address and one pair of sockets.</summary>
public sealed class FleetTests(Realm realm)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    private static readonly TunnelFile Main = new() { Name = "main", StartAction = "None" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_daemon_on_one_address_serves_two_strongSwans_of_different_names_and_keys_one_of_them_from_an_address_that_it_does_not_know()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "fleet-responding");
        using Branch branch = await Branch.AddAsync(realm, scene.Network, Stop);
        StrongSwan named = await scene.StartPeerAsync();
        StrongSwan stranger = await scene.StartPeerAsync(branch.Site, Branch.Connection with { LocalId = "two.other.example.net" });
        PqTunnel daemon = await scene.StartFleetAsync(Main, Branch.Tunnel);
        await UntilAsync(daemon, "main", status => status.Phase == "Listening");
        await UntilAsync(daemon, "branches", status => status.Phase == "Listening");

        (await named.InitiateAsync(Stop)).EnsureSuccess();
        // The key alone is not enough, nor is the name of the other tunnel's peer with this one's key.
        Assert.False((await stranger.InitiateAsync(Stop)).Succeeded);
        await stranger.LoadAsync(Branch.Connection with { LocalId = Connections.Remote.LocalId }, Stop);
        Assert.False((await stranger.InitiateAsync(Stop)).Succeeded);
        await stranger.LoadAsync(Branch.Connection, Stop);
        (await stranger.InitiateAsync(Stop)).EnsureSuccess();

        TunnelStatus main = await UntilAsync(daemon, "main", status => status.Ready);
        TunnelStatus branches = await UntilAsync(daemon, "tests/branches", status => status.Ready);
        Assert.Equal(("Responder", "Responder"), (main.Ike!.Role, branches.Ike!.Role));
        Assert.StartsWith(TunnelNetwork.RemoteAddress, main.Peer, StringComparison.Ordinal);
        Assert.StartsWith(Branch.Address, branches.Peer, StringComparison.Ordinal);
        Assert.True(await scene.PingAsync(5));
        Assert.True(await Branch.AnswersAsync(scene.Network, Stop));

        (await daemon.AskAsync(Stop, "rekey", "branches", "--ike", "--child")).EnsureSuccess();
        branches = await UntilAsync(daemon, "branches", status => status.Children is [{ Generation: 1 }]);
        Assert.Equal(2, branches.Rekeys.Count);
        Assert.Empty((await daemon.StatusAsync("main", Stop))!.Rekeys);
        Assert.True(await Branch.AnswersAsync(scene.Network, Stop));
        Assert.Empty((await scene.StopCaptureAsync()).Clear);
    }

    [Fact]
    public async Task A_tunnel_comes_changes_and_goes_without_touching_another()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "fleet-reload");
        using Branch branch = await Branch.AddAsync(realm, scene.Network, Stop);
        await scene.StartPeerAsync();
        StrongSwan other = await scene.StartPeerAsync(branch.Site, Branch.Connection);
        PqTunnel daemon = await scene.StartFleetAsync(Main with { StartAction = "Start" });
        TunnelStatus before = await UntilAsync(daemon, "main", status => status.Ready);
        Task<CommandResult> traffic = scene.PingFastAsync(seconds: 30);

        TunnelFile added = Branch.Tunnel with { StartAction = "Start", PeerAddress = Branch.Address, PeerId = Branch.Connection.LocalId };
        scene.WriteFleet(Main with { StartAction = "Start" }, added);
        Assert.Equal("tunnel tests/branches is added", (await daemon.AskAsync(Stop, "reload")).EnsureSuccess().Output.Trim());
        TunnelStatus first = await UntilAsync(daemon, "branches", status => status.Ready);
        Assert.Equal("nothing has changed", (await daemon.AskAsync(Stop, "reload")).EnsureSuccess().Output.Trim());

        scene.WriteFleet(Main with { StartAction = "Start" }, added with { FragmentSize = 1000 });
        Assert.Equal("tunnel tests/branches is changed", (await daemon.AskAsync(Stop, "reload")).EnsureSuccess().Output.Trim());
        await UntilAsync(daemon, "branches", status => status.Ready && status.Ike?.InitiatorSpi != first.Ike!.InitiatorSpi);
        Assert.True(await Branch.AnswersAsync(scene.Network, Stop));

        scene.WriteFleet(Main with { StartAction = "Start" });
        Assert.Equal("tunnel tests/branches is taken down", (await daemon.AskAsync(Stop, "reload")).EnsureSuccess().Output.Trim());
        Assert.Null(await daemon.StatusAsync("branches", Stop));
        Assert.DoesNotContain("ESTABLISHED", await other.ListSasAsync(Stop), StringComparison.Ordinal);

        CommandResult ping = await traffic;
        TunnelScene.AssertNothingLost(ping);
        TunnelStatus after = (await daemon.StatusAsync("main", Stop))!;
        Assert.Equal(before.Ike!.InitiatorSpi, after.Ike!.InitiatorSpi);
        Assert.Equal(before.Children.Single().InboundSpi, after.Children.Single().InboundSpi);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));

        (await daemon.AskAsync(Stop, "down", "main")).EnsureSuccess();
        Assert.Equal(0, (await daemon.Up.FinishAsync(Stop)).ExitCode);
    }

    private static async Task<TunnelStatus> UntilAsync(PqTunnel daemon, string tunnel, Func<TunnelStatus, bool> condition)
    {
        TunnelStatus? status = null;
        await Wait.UntilAsync(
            $"{tunnel} is as it should be",
            async () => !daemon.Up.HasExited && (status = await daemon.StatusAsync(tunnel, Stop)) is { } found && condition(found),
            Limit, Stop, pause: TimeSpan.FromMilliseconds(100));
        return status!;
    }
}
