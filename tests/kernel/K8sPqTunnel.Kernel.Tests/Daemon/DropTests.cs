using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>Bad packets from outside are dropped, and counted under the kernel's names.</summary>
public sealed class DropTests
{
    /// <summary>Sends an ESP packet from the peer's address.</summary>
    private const string Sender = """
        import socket, sys
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, 50)
        raw.sendto(bytes.fromhex(sys.argv[2]), (sys.argv[1], 0))
        """;

    /// <summary>Sends the next ESP packet of an SPI that leaves here once more.</summary>
    private const string Replayer = """
        import socket, sys
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
        wire.bind((sys.argv[3], 0))
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, 50)
        print("listening", flush=True)
        while True:
            packet, source = wire.recvfrom(4096)
            if source[2] == socket.PACKET_OUTGOING and packet[9:10] == b"\x32" and packet[20:24] == bytes.fromhex(sys.argv[2]):
                raw.sendto(packet[20:], (sys.argv[1], 0))
                break
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replayed_forged_truncated_strange_and_clear_packets_are_counted()
    {
        await using KernelScene scene = await KernelScene.SetAsync("drops");
        await scene.StartPeerAsync();
        (PqTunnel daemon, TunnelStatus status) = await scene.BringUpAsync();
        Assert.True(await scene.PingAsync(3));
        string spi = status.Children[0].InboundSpi;

        await ReplayAsync(scene, spi);
        await SendAsync(scene, $"{spi}ffffff00{new string('a', 160)}");
        await SendAsync(scene, $"{spi}00");
        await SendAsync(scene, $"deadbeef00000001{new string('b', 160)}");
        // A peer without policies, and without strongSwan's route past the gateway, sends in clear.
        (await scene.Network.Remote.RunAsync(new Command("sh", "-c", "ip xfrm policy flush; ip route flush table 220"), Stop)).EnsureSuccess();
        await scene.Network.Remote.RunAsync(
            new Command("ping", "-n", "-q", "-c", "2", "-i", "0.1", "-W", "1", "-I", TunnelNetwork.RemoteHost, TunnelNetwork.WorkloadAddress), Stop);

        IReadOnlyDictionary<string, long> drops = (await daemon.StatusAsync(Stop))!.Counters.Drops;
        string all = string.Join(", ", drops);
        Assert.True(drops.GetValueOrDefault("XfrmInStateSeqError") == 1, all);
        Assert.True(drops.GetValueOrDefault("XfrmInStateProtoError") == 1, all);
        Assert.True(drops.GetValueOrDefault("XfrmInHdrError") == 1, all);
        Assert.True(drops.GetValueOrDefault("XfrmInNoStates") == 1, all);
        Assert.True(drops.GetValueOrDefault("XfrmInTmplMismatch") >= 2, all);
    }

    private static async Task ReplayAsync(KernelScene scene, string spi)
    {
        await using RunningCommand replayer = await scene.Network.Remote.Tools.StartAsync(
            new Command("python3", "-c", Replayer, TunnelNetwork.GatewayAddress, spi, TunnelNetwork.Wire));
        await Lab.Wait.UntilAsync("the replayer listens", () => replayer.Output.Contains("listening", StringComparison.Ordinal), TimeSpan.FromSeconds(30), Stop);
        Assert.True(await scene.PingAsync(1));
        (await replayer.FinishAsync(Stop)).EnsureSuccess();
    }

    private static async Task SendAsync(KernelScene scene, string packet) => (await scene.Network.Remote.RunAsync(
        new Command("python3", "-c", Sender, TunnelNetwork.GatewayAddress, packet), Stop)).EnsureSuccess();
}
