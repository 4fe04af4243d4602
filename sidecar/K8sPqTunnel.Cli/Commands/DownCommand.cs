using System.CommandLine;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Cli.Input;
using K8sPqTunnel.Cli.Output;
using K8sPqTunnel.Sidecar;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>`pqtunnel down`: takes tunnels down and removes everything that was made for them, whether or not a daemon still serves them.</summary>
internal static class DownCommand
{
    public static Command Create()
    {
        Argument<string?> name = CommonOptions.Name();
        Option<string[]> files = CommonOptions.Files(required: false);
        Option<string?> tunnel = CommonOptions.Tunnel();
        Option<string?> control = CommonOptions.Control();
        var command = new Command(
            "down",
            "Takes a tunnel down, by its name or its file, and removes everything that was made for it, the block on clear traffic included. "
            + "The daemon's other tunnels are not touched.")
        {
            name, files, tunnel, control,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var running = new RunningTunnels(parsed.GetValue(control));
            return (parsed.GetValue(name), parsed.GetValue(files) ?? []) switch
            {
                ({ } one, []) => RunAsync(running, one, cancellation),
                (null, { Length: > 0 } paths) => RunAsync(running, paths, parsed.GetValue(tunnel), cancellation),
                _ => Task.FromResult(Complaint.BadInput("name the tunnel, or give its file with -f FILE")),
            };
        });
        return command;
    }

    private static async Task<int> RunAsync(RunningTunnels running, string name, CancellationToken cancellation)
    {
        (string? tunnel, string error) = await running.ResolveAsync(name, cancellation);
        if (tunnel is null)
            return Complaint.Failure($"{error}. What a daemon that is gone has left is removed with: pqtunnel down -f FILE");
        return await TakeDownAsync(running, tunnel, cancellation) switch
        {
            (true, _) => ExitCode.Success,
            (_, { } refusal) => Complaint.Failure(refusal),
            _ => Complaint.Failure($"tunnel \"{tunnel}\" is gone already"),
        };
    }

    private static async Task<int> RunAsync(RunningTunnels running, string[] paths, string? tunnel, CancellationToken cancellation)
    {
        if (TunnelInput.ReadSettings(paths, tunnel, out IReadOnlyList<string> errors) is not { } tunnels)
            return Complaint.BadInput(errors);

        int exit = ExitCode.Success;
        foreach (TunnelSettings settings in tunnels)
        {
            string name = $"{settings.Namespace}/{settings.Name}";
            (bool isDone, string? error) = await TakeDownAsync(running, name, cancellation);
            // Nobody answers: a daemon that was killed, or none. What it left bears the tunnel's name.
            if (!isDone && (error is not null || !Leftovers.TryRemove(name, out error)))
                exit = Complaint.Failure(error);
        }

        return exit;
    }

    /// <returns>Whether a daemon did it; and why one could not.</returns>
    private static async Task<(bool IsDone, string? Error)> TakeDownAsync(RunningTunnels running, string tunnel, CancellationToken cancellation)
    {
        try
        {
            return (await running.AskAsync(daemon => daemon.DownAsync(tunnel, cancellation)), null);
        }
        catch (IOException e)
        {
            return (false, $"tunnel \"{tunnel}\": {e.Message}");
        }
    }
}
