using System.CommandLine;
using K8sPqTunnel.Cli;
using K8sPqTunnel.Cli.Commands;

var root = new RootCommand("Post-quantum IPsec tunnels: hybrid IKEv2 (classical key exchange and ML-KEM) from the YAML of a Kubernetes IpsecTunnel.")
{
    UpCommand.Create(),
    RunCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    ProfilesCommand.Create(),
    RekeyCommand.Create(),
    ReloadCommand.Create(),
};

ParseResult parsed = root.Parse(args);
int status = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
return parsed.Errors.Count > 0 ? ExitCode.BadInput : status;
