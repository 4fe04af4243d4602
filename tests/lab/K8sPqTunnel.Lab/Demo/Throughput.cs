using System.Text.Json;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Demo;

/// <summary>An iperf3 run over TCP from the workload to the remote host.</summary>
internal static class Throughput
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    /// <summary>Measures for some seconds.</summary>
    /// <returns>Bits per second that arrived.</returns>
    /// <exception cref="LabException">iperf3 could not connect or was cut off.</exception>
    public static async Task<double> MeasureAsync(TunnelNetwork network, int seconds, CancellationToken cancellationToken)
    {
        await using RunningCommand server = await network.Remote.Tools.StartAsync(
            new Command("iperf3", "-s", "-1", "-B", TunnelNetwork.RemoteHost, "--forceflush"));
        await Wait.UntilAsync(
            "iperf3 listens", () => server.Output.Contains("Server listening", StringComparison.Ordinal), StartLimit, cancellationToken);
        CommandResult client = await network.Workload.RunAsync(
            new Command("iperf3", "-c", TunnelNetwork.RemoteHost, "-t", $"{seconds}", "--connect-timeout", "5000", "-J"), cancellationToken);
        if (!client.Succeeded)
            throw new LabException($"iperf3 did not get through the tunnel: {client.Output.Trim()}{client.Errors.Trim()}");
        using JsonDocument report = JsonDocument.Parse(client.Output);
        return report.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble();
    }
}
