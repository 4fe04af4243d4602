using System.CommandLine;
using K8sPqTunnel.Cli.Output;
using K8sPqTunnel.Sidecar.OperatorLink;

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

    public static Command Create()
    {
        DaemonArguments arguments = new();
        var command = new Command("run", "Runs a tunnel as `up` does, but never gives up, and tells an operator of its state.")
        {
            Operator, Authority, Token,
        };
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) =>
            TryReadLink(parsed, out OperatorLinkOptions? link, out string? error)
                ? DaemonLauncher.RunAsync(arguments, parsed, link, giveUpOnFirstFailure: false, cancellation)
                : Task.FromResult(Complaint.BadInput(error!)));
        return command;
    }

    private static bool TryReadLink(ParseResult parsed, out OperatorLinkOptions? link, out string? error)
    {
        link = null;
        error = null;
        if (parsed.GetValue(Operator) is not { } address)
            return true;
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttps)
        {
            error = $"--operator {address}: not an https address; write https://HOST:PORT";
            return false;
        }
        if (parsed.GetValue(Authority) is not { } authority || parsed.GetValue(Token) is not { } token)
        {
            error = "--operator needs --operator-ca and --operator-token: the daemon talks to no operator that it cannot check, nor without its own proof";
            return false;
        }
        link = new OperatorLinkOptions
        {
            Address = uri,
            AuthorityFile = authority,
            TokenFile = token,
            PodName = Environment.GetEnvironmentVariable("POD_NAME") ?? "",
            NodeName = Environment.GetEnvironmentVariable("NODE_NAME") ?? "",
        };
        return true;
    }
}
