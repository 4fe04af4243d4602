using System.CommandLine;

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

    public void AddTo(Command command)
    {
        command.Options.Add(Files);
        command.Options.Add(Tunnel);
        command.Options.Add(Secrets);
        command.Options.Add(Control);
        command.Options.Add(Health);
    }
}
