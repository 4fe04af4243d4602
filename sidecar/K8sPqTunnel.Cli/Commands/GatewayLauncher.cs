using System.CommandLine;
using System.Net;
using K8sPqTunnel.Cli.Input;
using K8sPqTunnel.Cli.Output;
using K8sPqTunnel.Sidecar;
using K8sPqTunnel.Sidecar.Control;
using K8sPqTunnel.Sidecar.Gateways;
using K8sPqTunnel.Sidecar.OperatorLink;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>Runs the daemon of a gateway pod in this process and turns its end into an exit status.</summary>
internal static class GatewayLauncher
{
    public static async Task<int> RunAsync(DaemonArguments arguments, ParseResult parsed, GatewayLink link, CancellationToken cancellation)
    {
        if (link.Flaw() is { } flaw)
            return Complaint.BadInput(flaw);
        if (!arguments.TryReadHealth(parsed, out IPEndPoint? health, out string? error))
            return Complaint.BadInput(error);
        if (parsed.GetRequiredValue(arguments.Files) is not [var tunnels] || parsed.GetValue(arguments.Secrets) is not { } secrets)
            return Complaint.BadInput("--operator needs one -f DIR with the pod's tunnels, and --secrets DIR with their Secrets");

        string[] gateway = link.Gateway!.Split('/');
        using var log = new ConsoleLog();
        DaemonOutcome outcome = await GatewayDaemon.RunAsync(
            new GatewayOptions
            {
                Operator = new OperatorLinkOptions
                {
                    Address = new Uri(link.Operator),
                    AuthorityFile = link.Authority!,
                    TokenFile = link.Token!,
                    PodName = Environment.GetEnvironmentVariable("POD_NAME") ?? "",
                    NodeName = Environment.GetEnvironmentVariable("NODE_NAME") ?? "",
                },
                Namespace = gateway[0],
                Name = gateway[1],
                TunnelsFolder = tunnels,
                SecretsFolder = secrets,
                KeptFolder = link.Kept!,
                Load = Load,
                ControlPath = parsed.GetValue(arguments.Control) ?? ControlSocket.OfSeveral,
                Health = health,
            },
            log, cancellation);
        return outcome.End == DaemonEnd.Failed ? Complaint.Failure(outcome.Message) : ExitCode.Success;
    }

    private static LoadedTunnel Load(string file, string secrets)
    {
        IReadOnlyList<TunnelInput>? inputs = TunnelInput.Read([file], tunnel: null, secrets, out IReadOnlyList<string> errors);
        if (inputs is [var only])
            return new LoadedTunnel(DaemonLauncher.PlanOf(only), only.Resource.Metadata?.Uid ?? "", only.Resource.Metadata?.Generation ?? 0);
        DaemonLauncher.Dispose(inputs ?? []);
        throw new IOException(inputs is null ? string.Join('\n', errors) : $"{file} holds {inputs.Count} tunnels, and should hold one");
    }
}
