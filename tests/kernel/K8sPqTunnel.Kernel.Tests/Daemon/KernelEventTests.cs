using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>What the kernel tells the daemon, and what comes of it.</summary>
public sealed class KernelEventTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_packet_brings_a_waiting_tunnel_up_and_packets_up_to_a_limit_bring_fresh_keys()
    {
        await using KernelScene scene = await KernelScene.SetAsync("trap-and-limit");
        await scene.StartPeerAsync();
        PqTunnel daemon = await scene.StartDaemonAsync(new TunnelFile { StartAction = "Trap", ChildPackets = 1000, ProbeTarget = null });
        await KernelScene.UntilAsync(daemon, "the daemon waits for traffic", status => status.Phase is "Listening" or "Down" or "Connecting" && status.Ike is null);

        await using Traffic traffic = await scene.StartTrafficAsync();
        TunnelStatus up = await KernelScene.UntilAsync(daemon, "the first packet brings the tunnel up", status => status.Ready);
        Assert.Equal(0, up.Children[0].Generation);
        await scene.Network.Workload.RunAsync(new Command("ping", "-n", "-q", "-f", "-c", "1000", TunnelNetwork.RemoteHost), Stop);
        TunnelStatus rekeyed = await KernelScene.UntilAsync(daemon, "the limit brings a fresh child SA", status => status.Children is [{ Generation: > 0 }]);
        Assert.Equal(up.Ike!.InitiatorSpi, rekeyed.Ike!.InitiatorSpi);
        Assert.All(rekeyed.Rekeys, rekey => Assert.Equal(("Child", "Done", false), (rekey.Kind, rekey.Outcome, rekey.ByPeer)));
    }

    [Fact]
    public async Task A_peer_behind_a_NAT_that_forgets_it_is_followed_to_its_other_port()
    {
        await using KernelScene scene = await KernelScene.SetAsync("mapping", NatPlace.Remote);
        StrongSwan peer = await scene.StartPeerAsync();
        PqTunnel daemon = await scene.StartDaemonAsync(new TunnelFile { StartAction = "None", PeerAddress = scene.Network.RemoteSeenAs, ProbeTarget = null });
        await KernelScene.UntilAsync(daemon, "the daemon waits", status => status.Phase == "Listening");
        (await peer.InitiateAsync(Stop)).EnsureSuccess();
        TunnelStatus up = await KernelScene.UntilAsync(daemon, "the tunnel is up", status => status.Ready);

        await scene.Network.RemapAsync(Stop);
        await scene.Network.Remote.RunAsync(new Command("ping", "-n", "-q", "-i", "0.1", "-c", "20", "-I", TunnelNetwork.RemoteHost, TunnelNetwork.WorkloadAddress), Stop);
        TunnelStatus moved = await KernelScene.UntilAsync(daemon, "the peer is followed", status => status.Moves > 0);
        Assert.NotEqual(up.Peer, moved.Peer);
        Assert.True(await scene.PingAsync(5));
    }
}
