using System.CommandLine;
using K8sPqTunnel.Cli.Output;
using K8sPqTunnel.Sidecar.Control;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>`pqtunnel reload`: has a daemon of several tunnels read its files again.</summary>
internal static class ReloadCommand
{
    public static Command Create()
    {
        Option<string?> control = CommonOptions.Control();
        var command = new Command(
            "reload",
            "Has the daemon of several tunnels read its files again: new tunnels come up, changed ones begin anew, those that are gone are taken down, "
            + "and no other is touched. The signal SIGHUP does the same.")
        {
            control,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.InvocationConfiguration.Output, parsed.GetValue(control) ?? ControlSocket.OfSeveral, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(TextWriter output, string control, CancellationToken cancellation)
    {
        using var daemon = new ControlClient(control);
        try
        {
            if (await daemon.ReloadAsync(cancellation) is not { } changes)
                return Complaint.Failure($"no daemon answers at {control}: start one with `pqtunnel up -f DIR`, or name its socket with --control");
            await output.WriteLineAsync(changes.Length == 0 ? "nothing has changed" : changes);
            return ExitCode.Success;
        }
        catch (IOException e)
        {
            return Complaint.Failure(e.Message);
        }
    }
}
