using System.CommandLine;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>Options that several commands take, made anew for each.</summary>
internal static class CommonOptions
{
    public static Option<string> File(bool required) => new("--file", "-f")
    {
        Description = "YAML with an IpsecTunnel and, if it is not elsewhere, the Secret that it names; - reads standard input.",
        HelpName = "FILE",
        Required = required,
    };

    public static Option<string?> Tunnel() => new("--tunnel")
    {
        Description = "Which tunnel, where the file holds several: NAME or NAMESPACE/NAME.",
        HelpName = "NAME",
    };

    public static Option<string?> Secrets() => new("--secrets")
    {
        Description = "Folder with the Secrets that the file does not hold, as DIR/SECRET/KEY (the shape of a mounted Secret).",
        HelpName = "DIR",
    };

    public static Option<string?> Control() => new("--control")
    {
        Description = $"The daemon's control socket. Default: {Sidecar.Control.ControlSocket.Folder}/NAMESPACE.NAME.sock.",
        HelpName = "PATH",
    };
}
