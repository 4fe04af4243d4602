using System.CommandLine;
using K8sPqTunnel.Cli.Input;
using K8sPqTunnel.Cli.Output;
using K8sPqTunnel.Ike.Events;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>`pqtunnel rekey`: has running tunnels make fresh keys now.</summary>
internal static class RekeyCommand
{
    public static Command Create()
    {
        Argument<string?> name = CommonOptions.Name();
        Option<string[]> files = CommonOptions.Files(required: false);
        Option<string?> tunnel = CommonOptions.Tunnel();
        Option<string?> control = CommonOptions.Control();
        Option<bool> child = new("--child") { Description = "Fresh keys for the child SAs. The default." };
        Option<bool> ike = new("--ike") { Description = "Fresh keys for the IKE SA, from which later child SAs derive." };
        var command = new Command("rekey", "Has a running tunnel make fresh keys now, without a gap in its traffic; `pqtunnel status` shows the result.")
        {
            name, files, tunnel, control, child, ike,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var running = new RunningTunnels(parsed.GetValue(control));
            (IReadOnlyList<string>? tunnels, int exit) = await NamedAsync(
                running, parsed.GetValue(name), parsed.GetValue(files) ?? [], parsed.GetValue(tunnel), cancellation);
            return tunnels is null ? exit : await RunAsync(running, tunnels, Kinds(parsed.GetValue(child), parsed.GetValue(ike)), cancellation);
        });
        return command;
    }

    // The IKE SA first: the children then derive from its fresh keys.
    private static RekeyKind[] Kinds(bool child, bool ike) => (child, ike) switch
    {
        (true, true) => [RekeyKind.Ike, RekeyKind.Child],
        (_, true) => [RekeyKind.Ike],
        _ => [RekeyKind.Child],
    };

    /// <returns>Full names, or null and an exit status.</returns>
    private static async Task<(IReadOnlyList<string>? Tunnels, int Exit)> NamedAsync(
        RunningTunnels running, string? name, string[] paths, string? tunnel, CancellationToken cancellation)
    {
        switch (name, paths)
        {
            case ({ } one, []):
                (string? found, string error) = await running.ResolveAsync(one, cancellation);
                return found is null ? (null, Complaint.Failure(error)) : ([found], ExitCode.Success);
            case (null, { Length: > 0 }):
                return TunnelInput.ReadSettings(paths, tunnel, out IReadOnlyList<string> errors) is { } settings
                    ? ([.. settings.Select(each => $"{each.Namespace}/{each.Name}")], ExitCode.Success)
                    : (null, Complaint.BadInput(errors));
            default:
                return (null, Complaint.BadInput("name the tunnel, or give its file with -f FILE"));
        }
    }

    private static async Task<int> RunAsync(RunningTunnels running, IReadOnlyList<string> tunnels, RekeyKind[] kinds, CancellationToken cancellation)
    {
        foreach (string tunnel in tunnels)
        {
            foreach (RekeyKind kind in kinds)
            {
                if (!await running.AskAsync(daemon => daemon.RekeyAsync(tunnel, kind, cancellation)))
                    return Complaint.Failure($"tunnel \"{tunnel}\": no daemon serves it here: start it with `pqtunnel up -f FILE`");
            }
        }

        return ExitCode.Success;
    }
}
