using System.CommandLine;
using System.Text.Json;
using K8sPqTunnel.Cli.Output;
using K8sPqTunnel.Sidecar;
using K8sPqTunnel.Sidecar.Control;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>`pqtunnel status`: the tunnels that run on this host.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        Option<string?> control = CommonOptions.Control();
        var json = new Option<bool>("--json") { Description = "Print one JSON object a tunnel." };
        var ready = new Option<bool>("--ready") { Description = "Print nothing where all is well; exit with status 1 unless every tunnel passes packets." };
        var live = new Option<bool>("--live") { Description = "Print nothing where all is well; exit with status 1 unless the daemon answers." };
        var command = new Command("status", "Shows the tunnels that run on this host: peer, key exchanges, data plane, round-trip time, counters.")
        {
            control, json, ready, live,
        };
        command.SetAction((parsed, cancellation) =>
        {
            StatusFormat format = parsed.GetValue(json) ? StatusFormat.Json
                : parsed.GetValue(ready) ? StatusFormat.Ready
                : parsed.GetValue(live) ? StatusFormat.Live
                : StatusFormat.Table;
            return RunAsync(parsed.GetValue(control), format, cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(string? socket, StatusFormat format, CancellationToken cancellation)
    {
        List<TunnelSnapshot> tunnels = [];
        foreach (string path in socket is null ? ControlSocket.Find() : [socket])
        {
            using var daemon = new ControlClient(path);
            if (await daemon.StatusAsync(cancellation) is { } tunnel)
                tunnels.Add(tunnel);
        }
        if (tunnels.Count == 0)
            return Complaint.Failure(NothingRuns(Leftovers.List()));

        switch (format)
        {
            case StatusFormat.Json:
                foreach (TunnelSnapshot tunnel in tunnels)
                    Console.WriteLine(JsonSerializer.Serialize(tunnel, SnapshotJsonContext.Default.TunnelSnapshot));
                break;
            case StatusFormat.Ready when tunnels.Find(tunnel => !tunnel.Ready) is { } waiting:
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
