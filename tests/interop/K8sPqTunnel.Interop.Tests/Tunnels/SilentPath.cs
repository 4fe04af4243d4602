using System.Globalization;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>A tunnel over a path that loses large packets without a word, as its users see it.</summary>
/// <param name="log">The daemon's.</param>
/// <param name="overhead">Octets between a packet of the path and the largest inner packet, on Ethernet.</param>
internal sealed class SilentPath(TunnelNetwork network, PqTunnel daemon, string log, int overhead)
{
    /// <summary>Where the daemon serves its metrics.</summary>
    public const string Metrics = "127.0.0.1:9510";

    /// <summary>The search ends this close to what the path carries.</summary>
    private const int Closeness = 8;

    /// <summary>Octets of the IPv4 and the ICMP header.</summary>
    private const int EchoHeaders = 28;

    /// <summary>Three probes in use, a search with two losses for each size that is too large, a second for each; and a machine that may be busy.</summary>
    private static readonly TimeSpan SearchLimit = TimeSpan.FromSeconds(90);

    private const string Fetch = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())";

    /// <summary>As a script would, with the shortest interval.</summary>
    public static TunnelFile Tunnel { get; } = new() { PathProbeInterval = "2s" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Waits until what the path carries is found, and sees it in status, log and metrics, and by packets and connections.</summary>
    public async Task UntilFoundAsync(int octets)
    {
        TunnelStatus status = await UntilSaidAsync(octets);
        int mtu = status.Mtu;
        Assert.Equal(mtu, Assert.Single(status.Children).Mtu);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"the path outside carries packets of {status.PathMtu} octets"), await ReadLogAsync(), StringComparison.Ordinal);
        string metrics = (await network.Gateway.RunAsync(new Command("python3", "-c", Fetch, $"http://{Metrics}/metrics"), Stop)).EnsureSuccess().Output;
        Assert.Matches($"pqtunnel_tunnel_path_mtu_bytes{{[^}}]*}} {status.PathMtu}\n", metrics);
        Assert.Matches($"pqtunnel_tunnel_mtu_bytes{{[^}}]*}} {mtu}\n", metrics);
        Assert.True(await PassesAsync(mtu), $"a packet of {mtu} octets");
        Assert.True(await TransfersAsync(), $"connections over a path of {octets}");
    }

    /// <summary>Waits until the status says what the path and the tunnel carry.</summary>
    public async Task<TunnelStatus> UntilSaidAsync(int octets)
    {
        TunnelStatus? status = null;
        await Wait.UntilAsync(
            $"a path of {octets} is found",
            async () => (status = await daemon.StatusAsync(Stop)) is { } now && now.PathMtu > octets - Closeness && now.PathMtu <= octets
                && now.Mtu > octets - overhead - Closeness && now.Mtu <= octets - overhead, SearchLimit, Stop);
        return status!;
    }

    /// <summary>Does a packet that must not be fragmented get through and back?</summary>
    public async Task<bool> PassesAsync(int size) => (await network.Workload.RunAsync(
        new Command("ping", "-n", "-q", "-c", "3", "-i", "0.2", "-W", "2", "-M", "do", "-s", $"{size - EchoHeaders}", TunnelNetwork.RemoteHost), Stop)).Succeeded;

    /// <summary>Do two megabytes get through by TCP, each way?</summary>
    public async Task<bool> TransfersAsync()
    {
        foreach (string[] direction in (string[][])[[], ["-R"]])
        {
            await using RunningCommand server = await network.Remote.Tools.StartAsync(
                new Command("iperf3", "-s", "-1", "-B", TunnelNetwork.RemoteHost, "--forceflush"));
            await Wait.UntilAsync("iperf3 listens", () => server.Output.Contains("listening", StringComparison.Ordinal), SearchLimit, Stop);
            if (!(await network.Workload.RunAsync(
                new Command("timeout", ["20", "iperf3", "-c", TunnelNetwork.RemoteHost, "-n", "2M", "--connect-timeout", "5000", .. direction]), Stop)).Succeeded)
            {
                return false;
            }
        }

        return true;
    }

    private async Task<string> ReadLogAsync()
    {
        await using FileStream file = File.Open(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(Stop);
    }
}
