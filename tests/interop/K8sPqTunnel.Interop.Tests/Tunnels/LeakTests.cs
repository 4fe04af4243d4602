namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>Somebody sends all the time, whatever happens to the tunnel: nothing of it crosses the wire in clear. In user space; tests/kernel has the kernel's.</summary>
public sealed class LeakTests(Realm realm)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_clear_through_start_rekeys_kill_upgrade_and_peer_loss_until_the_tunnel_is_taken_down(bool overIpv6)
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, $"leak-{(overIpv6 ? "ipv6" : "ipv4")}");
        await new LeakStory(scene, "Userspace", overIpv6).HoldsAsync();
    }

    [Fact]
    public async Task Where_the_block_is_taken_out_on_purpose_the_same_look_finds_clear_packets()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "leak-on-purpose");
        await new LeakStory(scene, "Userspace", overIpv6: false).FindsWhatLeaksAsync();
    }
}
