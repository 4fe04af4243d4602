using System.CommandLine;
using System.Net;
using K8sPqTunnel.Cli.Input;
using K8sPqTunnel.Cli.Output;
using K8sPqTunnel.Sidecar;
using K8sPqTunnel.Sidecar.Control;
using K8sPqTunnel.Sidecar.OperatorLink;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>Runs the daemon in this process and turns its end into an exit status.</summary>
internal static class DaemonLauncher
{
    public static async Task<int> RunAsync(
        DaemonArguments arguments, ParseResult parsed, OperatorLinkOptions? operatorLink, bool giveUpOnFirstFailure, CancellationToken cancellation)
    {
        string file = parsed.GetRequiredValue(arguments.File);
        using TunnelInput? input = TunnelInput.Read(
            file, parsed.GetValue(arguments.Tunnel), parsed.GetValue(arguments.Secrets), out IReadOnlyList<string> errors);
        if (input is null)
            return Complaint.BadInput(errors);

        IPEndPoint? health = null;
        if (parsed.GetValue(arguments.Health) is { } text && (!IPEndPoint.TryParse(text, out health) || health.Port == 0))
            return Complaint.BadInput($"--health {text}: not an address and a port, for example 127.0.0.1:9510");

        var options = new DaemonOptions
        {
            Settings = input.Settings,
            TunnelUid = input.Resource.Metadata?.Uid ?? "",
            Generation = input.Resource.Metadata?.Generation ?? 0,
            Secrets = input.Secrets,
            ControlPath = parsed.GetValue(arguments.Control) ?? ControlSocket.PathOf(input.Settings.Namespace, input.Settings.Name),
            Health = health,
            Operator = operatorLink,
            GiveUpOnFirstFailure = giveUpOnFirstFailure,
        };
        using var log = new ConsoleLog();
        DaemonOutcome outcome = await Daemon.RunAsync(options, log, cancellation);
        switch (outcome.End)
        {
            case DaemonEnd.Failed or DaemonEnd.Lost:
                return Complaint.Failure(outcome.Message);
            case DaemonEnd.Stopped when giveUpOnFirstFailure:
                await Console.Error.WriteLineAsync(
                    $"tunnel \"{input.Settings.Name}\" is stopped; its traffic stays blocked in clear. Remove the block with: pqtunnel down -f {file}");
                break;
        }
        return ExitCode.Success;
    }
}
