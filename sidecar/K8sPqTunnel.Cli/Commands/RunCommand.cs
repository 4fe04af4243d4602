using System.CommandLine;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>`pqtunnel run`: for pods and units, where nobody is there to try again.</summary>
internal static class RunCommand
{
    private static readonly Option<string?> Operator = new("--operator")
    {
        Description = "The operator's address, https://HOST:PORT; without it the daemon runs alone.",
        HelpName = "URL",
    };

    private static readonly Option<string?> Authority = new("--operator-ca")
    {
        Description = "PEM file with the operator's certificate authority.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Token = new("--operator-token")
    {
        Description = "File with the service-account token that the daemon shows to the operator.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Gateway = new("--gateway")
    {
        Description = "Which gateway of the cluster this is: the name of its ReplicaSet and service account. With --operator only.",
        HelpName = "NAMESPACE/NAME",
    };

    private static readonly Option<string?> Kept = new("--kept")
    {
        Description = "Folder in memory for what the operator sends, so that the pod's next daemon has it from the start. With --operator only.",
        HelpName = "DIR",
    };

    public static Command Create()
    {
        DaemonArguments arguments = new();
        var command = new Command("run", "Runs tunnels as `up` does, but never gives up; with --operator as a gateway of its cluster, which the operator gives its tunnels.")
        {
            Operator, Authority, Token, Gateway, Kept,
        };
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) => parsed.GetValue(Operator) is { } address
            ? GatewayLauncher.RunAsync(arguments, parsed, Link(parsed, address), cancellation)
            : DaemonLauncher.RunAsync(arguments, parsed, giveUpOnFirstFailure: false, cancellation));
        return command;
    }

    private static GatewayLink Link(ParseResult parsed, string address) =>
        new(address, parsed.GetValue(Authority), parsed.GetValue(Token), parsed.GetValue(Gateway), parsed.GetValue(Kept));
}
