using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>The options that `up` and `run` share.</summary>
internal sealed class DaemonArguments
{
    public Option<string[]> Files { get; } = CommonOptions.Files(required: true);

    public Option<string?> Tunnel { get; } = CommonOptions.Tunnel();

    public Option<string?> Secrets { get; } = CommonOptions.Secrets();

    public Option<string?> Control { get; } = CommonOptions.Control();

    public Option<string?> Health { get; } = new("--health")
    {
        Description = "Serve /livez, /readyz and /metrics on this address, for example 127.0.0.1:9510. Default: not at all.",
        HelpName = "ADDRESS:PORT",
    };

    /// <param name="health">Where health and metrics are to be served; null for nowhere.</param>
    /// <returns>False with a sentence where what is written is no address.</returns>
    public bool TryReadHealth(ParseResult parsed, out IPEndPoint? health, [NotNullWhen(false)] out string? error)
    {
        health = null;
        string? text = parsed.GetValue(Health);
        error = text is not null && (!IPEndPoint.TryParse(text, out health) || health.Port == 0)
            ? $"--health {text}: not an address and a port, for example 127.0.0.1:9510"
            : null;
        return error is null;
    }

    public void AddTo(Command command)
    {
        command.Options.Add(Files);
        command.Options.Add(Tunnel);
        command.Options.Add(Secrets);
        command.Options.Add(Control);
        command.Options.Add(Health);
    }
}
