using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>Whether the peer is asked for a sign of life (RFC 7296 2.4): the capture holds what our gateway sends.</summary>
public sealed class LivenessTests
{
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Xfrm")]
    [InlineData("Userspace")]
    public async Task While_packets_come_nobody_asks_and_when_they_end_somebody_does(string dataplane)
    {
        await using KernelScene scene = await KernelScene.SetAsync($"liveness-{dataplane}");
        await scene.StartPeerAsync();
        DateTimeOffset begin = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        (PqTunnel daemon, _) = await scene.BringUpAsync(
            new TunnelFile { Dataplane = dataplane, LivenessDelay = "3s", ProbeTarget = null, PathProbe = "Disabled" });
        Assert.True(await scene.PingAsync(5));

        // 12 s in all: without packets that is four questions.
        int before = (await scene.SeenAsync())[PacketClass.Ike];
        Assert.True(await scene.PingAsync(240));
        Assert.Equal(before, (await scene.SeenAsync())[PacketClass.Ike]);
        ChildStatus child = (await daemon.StatusAsync(Stop))!.Children[0];
        Assert.InRange(child.LastReceivedAt!.Value, begin, TimeProvider.System.GetUtcNow());
        Assert.InRange(child.LastSentAt!.Value, begin, TimeProvider.System.GetUtcNow());

        await Wait.UntilAsync("the peer is asked", async () => (await scene.SeenAsync())[PacketClass.Ike] > before, SilenceLimit, Stop);
        DateTimeOffset last = (await daemon.StatusAsync(Stop))!.Children[0].LastReceivedAt!.Value;
        Assert.InRange(last - child.LastReceivedAt!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }
}
