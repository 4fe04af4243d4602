using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>Fresh keys while packets pass, both ends in the kernel (RFC 7296 2.8).</summary>
public sealed class RekeyTests
{
    /// <summary>What is replaced goes on receiving for a while.</summary>
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Start", NatPlace.None)]
    [InlineData("None", NatPlace.None)]
    [InlineData("Start", NatPlace.Gateway)]
    [InlineData("None", NatPlace.Remote)]
    public async Task Whoever_begins_and_rekeys_no_packet_is_lost_and_none_is_clear(string startAction, NatPlace nat)
    {
        await using KernelScene scene = await KernelScene.SetAsync($"rekey-{startAction}-{nat}", nat);
        StrongSwan peer = await scene.StartPeerAsync();
        PqTunnel daemon = await scene.StartDaemonAsync(new TunnelFile { StartAction = startAction, PeerAddress = scene.Network.RemoteSeenAs });
        if (startAction == "None")
        {
            await KernelScene.UntilAsync(daemon, "the daemon waits", status => status.Phase == "Listening");
            (await peer.InitiateAsync(Stop)).EnsureSuccess();
        }

        TunnelStatus first = await KernelScene.UntilAsync(daemon, "packets pass", status => status.Ready);
        Assert.Equal(nat == NatPlace.None ? "Udp" : "UdpEncapsulated", first.Transport);
        Traffic traffic = await scene.StartTrafficAsync();

        (await daemon.RekeyAsync("--child", Stop)).EnsureSuccess();
        await KernelScene.UntilAsync(daemon, "our child SA is rekeyed", status => status.Children is [{ Generation: 1 }]);
        (await peer.RekeyChildAsync(Stop)).EnsureSuccess();
        await KernelScene.UntilAsync(daemon, "the peer's child SA is rekeyed", status => status.Children is [{ Generation: 2 }]);
        (await daemon.RekeyAsync("--ike", Stop)).EnsureSuccess();
        TunnelStatus ours = await KernelScene.UntilAsync(daemon, "our IKE SA is rekeyed", status => status.Ike!.InitiatorSpi != first.Ike!.InitiatorSpi);
        (await peer.RekeyIkeAsync(Stop)).EnsureSuccess();
        await KernelScene.UntilAsync(daemon, "the peer's IKE SA is rekeyed", status => status.Ike!.InitiatorSpi != ours.Ike!.InitiatorSpi);

        (int sent, IReadOnlyList<int> lost) = await traffic.StopAsync();
        Assert.Empty(lost);
        Assert.True(sent > 50);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        await Wait.UntilAsync(
            "of each SA that was replaced both halves are gone", async () => await scene.ShellAsync("ip xfrm state | grep -c reqid") == "2\n", RemovalLimit, Stop);
    }
}
