using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Lab;

/// <summary>The lab itself: before it judges our daemon it has to see a good tunnel and a leak for what they are.</summary>
public sealed class LabTests(Realm realm)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_strongswans_with_mlkem_carry_a_ping_and_only_ike_and_esp_cross_the_wire()
    {
        string folder = realm.FolderOf("lab-tunnel");
        using TunnelNetwork network = await realm.CreateNetworkAsync();
        await using StrongSwan remote = await StrongSwan.StartAsync(
            realm.HybridStrongSwan, network.Remote, Connections.Remote.ToSwanctl(), Path.Combine(folder, "remote"), Stop);
        await using StrongSwan gateway = await StrongSwan.StartAsync(
            realm.HybridStrongSwan, network.Gateway, Connections.Gateway.ToSwanctl(), Path.Combine(folder, "gateway"), Stop);
        await using WireCapture capture = await network.CaptureAsync(Path.Combine(folder, "wire.pcap"), Stop);

        (await gateway.InitiateAsync(Stop)).EnsureSuccess();
        CommandResult ping = await network.PingAsync(count: 10, seconds: 2, Stop);
        WireReport wire = await capture.StopAsync(TunnelNetwork.Gateways);

        Assert.True(ping.Succeeded, ping.Output);
        Assert.Contains("KE1_ML_KEM_768", await remote.ListSasAsync(Stop));
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire.Ike >= 6, wire.ToString());
        Assert.Equal(20, wire.Esp);
    }

    [Fact]
    public async Task Without_a_tunnel_the_ping_arrives_and_the_capture_calls_it_a_leak()
    {
        string folder = realm.FolderOf("lab-leak");
        using TunnelNetwork network = await realm.CreateNetworkAsync();
        await using WireCapture capture = await network.CaptureAsync(Path.Combine(folder, "wire.pcap"), Stop);

        CommandResult ping = await network.PingAsync(count: 1, seconds: 2, Stop);
        WireReport wire = await capture.StopAsync(TunnelNetwork.Gateways);

        Assert.True(ping.Succeeded, ping.Output);
        Assert.False(wire.NothingLeaked);
        Assert.Equal(2, wire[PacketClass.Clear]);
        Assert.Contains("10.1.0.2 > 10.20.0.1 ICMP", wire.Clear[0].Description);
    }

    [Fact]
    public async Task What_runs_in_a_network_ends_with_it()
    {
        TunnelNetwork network = await realm.CreateNetworkAsync();
        await using RunningCommand sleeper = await network.Gateway.Tools.StartAsync(new Command("sleep", "600"));
        Assert.False(sleeper.HasExited);

        network.Dispose();

        await Wait.UntilAsync("the process is gone", () => sleeper.HasExited, TimeSpan.FromSeconds(5), Stop);
    }
}
