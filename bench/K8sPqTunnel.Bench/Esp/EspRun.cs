using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using K8sPqTunnel.Bench.Measuring;
using K8sPqTunnel.Bench.Packets;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Bench.Esp;

/// <summary>Puts loads through one tunnel.</summary>
internal sealed partial class EspRun(EspStage stage, TunnelPair tunnel, int seconds)
{
    private const int PingsPerSecond = 50;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    public async Task<EspMeasurement> MeasureAsync(EspLoad load, CancellationToken cancellationToken)
    {
        Task<CommandResult> pings = tunnel.Network.Left.RunAsync(
            new Command("ping", "-n", "-i", Text(1.0 / PingsPerSecond), "-w", $"{seconds}", "-I", tunnel.From, tunnel.To), cancellationToken);
        EspMeasurement carried = await (load.IsTcp ? SendStreamAsync(load, cancellationToken) : SendPacketsAsync(load, cancellationToken));
        var latencies = new Latencies(PingsPerSecond * seconds);
        foreach (Match answer in RoundTrip().Matches((await pings).Output))
            latencies.Add(TimeSpan.FromMilliseconds(double.Parse(answer.Groups["ms"].ValueSpan, CultureInfo.InvariantCulture)));
        return carried with { MedianLatency = latencies.Percentile(0.5), P99Latency = latencies.Percentile(0.99) };
    }

    private async Task<EspMeasurement> SendStreamAsync(EspLoad load, CancellationToken cancellationToken)
    {
        await using RunningCommand server = await tunnel.Network.Right.Tools.StartAsync(new Command("iperf3", "-s", "-1", "-B", tunnel.To, "--forceflush"));
        await Wait.UntilAsync("iperf3 listens", () => server.Output.Contains("Server listening", StringComparison.Ordinal), StartLimit, cancellationToken);
        (double User, double Kernel) before = tunnel.ReadCpu();
        CommandResult client = (await tunnel.Network.Left.RunAsync(
            new Command("iperf3", "-c", tunnel.To, "-B", tunnel.From, "-t", $"{seconds}", "-P", $"{load.Flows}", "--connect-timeout", "5000", "-J"),
            cancellationToken)).EnsureSuccess();
        (double User, double Kernel) after = tunnel.ReadCpu();
        using JsonDocument report = JsonDocument.Parse(client.Output);
        JsonElement received = report.RootElement.GetProperty("end").GetProperty("sum_received");
        double carried = received.GetProperty("seconds").GetDouble();
        return new EspMeasurement(received.GetProperty("bits_per_second").GetDouble(), 0, (after.User - before.User) / carried, (after.Kernel - before.Kernel) / carried, 0, 0);
    }

    private async Task<EspMeasurement> SendPacketsAsync(EspLoad load, CancellationToken cancellationToken)
    {
        await using RunningCommand receiver = await tunnel.Network.Right.Tools.StartAsync(stage.Load.Command("receive", tunnel.To, tunnel.From));
        await Wait.UntilAsync("the receiver listens", () => receiver.Output.Contains("listening", StringComparison.Ordinal), StartLimit, cancellationToken);
        var order = new PacketOrder(tunnel.From, tunnel.To, load.Flows, load.Sizes, seconds);
        (double User, double Kernel) before = tunnel.ReadCpu();
        CommandResult sender = (await tunnel.Network.Left.RunAsync(
            stage.Load.Command("send", JsonSerializer.Serialize(order, PacketJson.Default.PacketOrder)), cancellationToken)).EnsureSuccess();
        (double User, double Kernel) after = tunnel.ReadCpu();
        PacketOutcome outcome = JsonSerializer.Deserialize(sender.Output, PacketJson.Default.PacketOutcome)!;
        return new EspMeasurement(8 * outcome.Octets / outcome.Seconds, outcome.Packets / outcome.Seconds,
            (after.User - before.User) / outcome.Seconds, (after.Kernel - before.Kernel) / outcome.Seconds, 0, 0);
    }

    [GeneratedRegex("time=(?<ms>[0-9.]+) ms", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RoundTrip();

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
