using System.CommandLine;
using System.Text.Json;
using K8sPqTunnel.Cli.Output;
using K8sPqTunnel.Sidecar;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>`pqtunnel status`: the tunnels that run on this host.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        Argument<string?> name = CommonOptions.Name();
        Option<string?> control = CommonOptions.Control();
        var json = new Option<bool>("--json") { Description = "Print one JSON object a tunnel." };
        var ready = new Option<bool>("--ready") { Description = "Print nothing where all is well; exit with status 1 unless every tunnel, or the one that is named, passes packets." };
        var live = new Option<bool>("--live") { Description = "Print nothing where all is well; exit with status 1 unless the daemon answers." };
        var command = new Command("status", "Shows the tunnels that run on this host: peer, key exchanges, data plane, round-trip time, counters.")
        {
            name, control, json, ready, live,
        };
        command.SetAction((parsed, cancellation) =>
        {
            StatusFormat format = parsed.GetValue(json) ? StatusFormat.Json
                : parsed.GetValue(ready) ? StatusFormat.Ready
                : parsed.GetValue(live) ? StatusFormat.Live
                : StatusFormat.Table;
            return RunAsync(new RunningTunnels(parsed.GetValue(control)), parsed.GetValue(name), format, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(RunningTunnels running, string? name, StatusFormat format, CancellationToken cancellation)
    {
        IReadOnlyList<TunnelSnapshot> tunnels = await running.ListAsync(name, cancellation);
        // A gateway may have no tunnel yet.
        if (tunnels.Count == 0 && name is null && format is (StatusFormat.Live or StatusFormat.Ready) && await running.IsAliveAsync(cancellation))
            return ExitCode.Success;
        if (tunnels.Count == 0)
            return Complaint.Failure(name is null ? NothingRuns(Leftovers.List()) : $"No tunnel \"{name}\" runs here: `pqtunnel status` shows those that do.");

        switch (format)
        {
            case StatusFormat.Json:
                foreach (TunnelSnapshot tunnel in tunnels)
                    Console.WriteLine(JsonSerializer.Serialize(tunnel, SnapshotJsonContext.Default.TunnelSnapshot));
                break;
            case StatusFormat.Ready when tunnels.FirstOrDefault(tunnel => !tunnel.Ready) is { } waiting:
                return Complaint.Failure(StatusTable.WhyNotReady(waiting));
            case StatusFormat.Table:
                StatusTable.Write(tunnels);
                break;
        }
        return ExitCode.Success;
    }

    private static string NothingRuns(IReadOnlyList<string> blocked) => blocked.Count == 0
        ? "No tunnel runs here: start one with `pqtunnel up -f tunnel.yaml`."
        : $"No daemon answers here, and the clear traffic of {string.Join(", ", blocked)} is blocked: start one again with "
            + "`pqtunnel up -f tunnel.yaml`, or open the way with `pqtunnel down -f tunnel.yaml`.";
}
