using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>Keys and certificates are replaced while packets pass: another IKE SA takes over, and no packet is lost.</summary>
public sealed class CredentialRotationTests(Realm realm)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);
    private static readonly TunnelFile Main = new() { Name = "main" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_renewed_certificate_takes_over_without_a_lost_packet()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "rotation-certificate");
        PeerAuthority authority = await PeerAuthority.CreateAsync(KeyKind.Ecdsa256, scene.Network.Gateway, Stop);
        StrongSwan peer = await scene.StartPeerAsync();
        await peer.LoadAsync(Connections.Remote with { Credentials = await authority.IssueAsync(Connections.Remote.LocalId, Stop) }, Stop);
        TunnelFile tunnel = Main with { Credentials = await authority.IssueAsync(Connections.Remote.RemoteId, Stop) };
        PqTunnel daemon = await scene.StartFleetAsync(tunnel);
        TunnelStatus before = await UntilAsync(daemon, status => status.Ready);
        Task<CommandResult> traffic = scene.PingFastAsync(seconds: 20);

        scene.WriteFleet(tunnel with { Credentials = await authority.IssueAsync(Connections.Remote.RemoteId, Stop) });
        Assert.Equal("tunnel tests/main is changed", (await daemon.AskAsync(Stop, "reload")).EnsureSuccess().Output.Trim());
        await UntilAsync(daemon, status => status.Ready && status.Ike?.InitiatorSpi != before.Ike!.InitiatorSpi);

        TunnelScene.AssertNothingLost(await traffic);
        Assert.Single((await peer.ListSasAsync(Stop)).Split('\n'), line => line.Contains("ESTABLISHED", StringComparison.Ordinal));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    [Fact]
    public async Task A_new_pre_shared_key_takes_over_without_a_lost_packet()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "rotation-psk");
        StrongSwan peer = await scene.StartPeerAsync();
        PqTunnel daemon = await scene.StartFleetAsync(Main);
        TunnelStatus before = await UntilAsync(daemon, status => status.Ready);
        Task<CommandResult> traffic = scene.PingFastAsync(seconds: 30);

        const string NewKey = "the key of the new year, as both ends get it";
        scene.WriteFleet(Main with { Psk = NewKey });
        Assert.Equal("tunnel tests/main is changed", (await daemon.AskAsync(Stop, "reload")).EnsureSuccess().Output.Trim());
        await UntilAsync(daemon, status => status.LastError?.Reason == "AuthenticationFailed");
        Assert.Equal(before.Ike!.InitiatorSpi, (await daemon.StatusAsync("main", Stop))!.Ike!.InitiatorSpi);
        await peer.LoadAsync((Connections.Remote with { Psk = NewKey }).ToSwanctl(), Stop);
        await UntilAsync(daemon, status => status.Ready && status.Ike?.InitiatorSpi != before.Ike.InitiatorSpi);

        TunnelScene.AssertNothingLost(await traffic);
        Assert.Single((await peer.ListSasAsync(Stop)).Split('\n'), line => line.Contains("ESTABLISHED", StringComparison.Ordinal));
    }

    private static async Task<TunnelStatus> UntilAsync(PqTunnel daemon, Func<TunnelStatus, bool> condition)
    {
        TunnelStatus? status = null;
        await Wait.UntilAsync(
            "the tunnel is as it should be",
            async () => !daemon.Up.HasExited && (status = await daemon.StatusAsync("main", Stop)) is { } found && condition(found),
            Limit, Stop, pause: TimeSpan.FromMilliseconds(100));
        return status!;
    }
}
