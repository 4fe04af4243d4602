using K8sPqTunnel.Interop.Tests;
using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>The daemon with the kernel's data plane and a strongSwan with the kernel's.</summary>
public sealed class DaemonTests
{
    [Theory]
    [InlineData("aes256gcm16-ecp384-ke1_mlkem768")]
    [InlineData("aes128gcm16-ecp384-ke1_mlkem768")]
    [InlineData("chacha20poly1305-ecp384-ke1_mlkem768")]
    [InlineData("aes128-sha256-ecp384-ke1_mlkem768")]
    [InlineData("aes256-sha256-ecp384-ke1_mlkem768")]
    [InlineData("aes256-sha384-ecp384-ke1_mlkem768")]
    [InlineData("aes256-sha512-ecp384-ke1_mlkem768")]
    public async Task Packets_pass_straight_over_IP_with_each_cipher_and_nothing_in_clear(string proposal)
    {
        await using KernelScene scene = await KernelScene.SetAsync($"cipher-{proposal}");
        await scene.StartPeerAsync(Connections.Remote with { EspProposal = proposal });
        (PqTunnel daemon, TunnelStatus status) = await scene.BringUpAsync(new TunnelFile { Child = proposal });

        Assert.Equal("Xfrm", status.Dataplane);
        Assert.Equal("Udp", status.Transport);
        Assert.True(await scene.PingAsync(20));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire[PacketClass.Esp] >= 20);
        Assert.Equal(0, wire[PacketClass.EspInUdp]);
        (await daemon.DownAsync(TestContext.Current.CancellationToken)).EnsureSuccess();
        Assert.DoesNotContain("reqid", await scene.ShellAsync("ip xfrm state; ip xfrm policy; nft list ruleset; ip rule"));
    }

    [Theory]
    [InlineData("Xfrm", "esn", 64)]
    [InlineData("Xfrm", "noesn", 2048)]
    [InlineData("Userspace", "esn", 4096)]
    [InlineData("Userspace", "noesn", 0)]
    public async Task Sequence_numbers_are_as_long_as_negotiated_and_the_window_as_the_resource_says(string dataplane, string keyword, int window)
    {
        string proposal = $"aes256gcm16-ecp384-ke1_mlkem768-{keyword}";
        await using KernelScene scene = await KernelScene.SetAsync($"{dataplane}-{keyword}");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { EspProposal = proposal });
        (_, TunnelStatus status) = await scene.BringUpAsync(new TunnelFile { Dataplane = dataplane, Child = proposal, ReplayWindow = window });

        Assert.Equal(dataplane, status.Dataplane);
        Assert.True(await scene.PingAsync(200));
        Assert.Equal(keyword == "esn", (await peer.ListSasAsync(TestContext.Current.CancellationToken)).Contains("/ESN", StringComparison.Ordinal));
        if (dataplane != "Xfrm")
            return;
        string states = await scene.ShellAsync("ip xfrm state");
        Assert.Equal(keyword == "esn", states.Split('\n').Any(line => line.Contains(" flag ", StringComparison.Ordinal) && line.Contains(" esn", StringComparison.Ordinal)));
        Assert.Contains($"replay_window {window}, ", states, StringComparison.Ordinal);
        // Kernels from 6.10 on know which way a state's packets go, and the guest's is one.
        Assert.Contains("dir in", states, StringComparison.Ordinal);
        Assert.Contains("dir out", states, StringComparison.Ordinal);
    }
}
