using System.CommandLine;
using K8sPqTunnel.Cli.Input;
using K8sPqTunnel.Cli.Output;
using K8sPqTunnel.Sidecar;
using K8sPqTunnel.Sidecar.Control;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>`pqtunnel down`: takes a tunnel down and removes everything that was made for it, whether or not its daemon still runs.</summary>
internal static class DownCommand
{
    public static Command Create()
    {
        Option<string> file = CommonOptions.File(required: true);
        Option<string?> tunnel = CommonOptions.Tunnel();
        Option<string?> control = CommonOptions.Control();
        var command = new Command("down", "Takes a tunnel down and removes everything that was made for it, the block on clear traffic included.")
        {
            file, tunnel, control,
        };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetRequiredValue(file), parsed.GetValue(tunnel), parsed.GetValue(control), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string file, string? tunnel, string? control, CancellationToken cancellation)
    {
        if (TunnelInput.ReadSettings(file, tunnel, out IReadOnlyList<string> errors) is not { } settings)
            return Complaint.BadInput(errors);

        using var daemon = new ControlClient(control ?? ControlSocket.PathOf(settings.Namespace, settings.Name));
        try
        {
            if (await daemon.DownAsync(cancellation))
                return ExitCode.Success;
        }
        catch (IOException e)
        {
            return Complaint.Failure($"tunnel \"{settings.Name}\": {e.Message}");
        }
        // Nobody answers: a daemon that was killed, or none. What it left bears the tunnel's name.
        return Leftovers.TryRemove(settings, out string? error) ? ExitCode.Success : Complaint.Failure(error);
    }
}
