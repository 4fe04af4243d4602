using System.CommandLine;
using K8sPqTunnel.Sidecar.Control;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>Options that several commands take, made anew for each.</summary>
internal static class CommonOptions
{
    public static Option<string[]> Files(bool required) => new("--file", "-f")
    {
        Description = "YAML with IpsecTunnels and, if they are not elsewhere, the Secrets that they name; a folder of such files; - reads standard input. "
            + "May be given several times.",
        HelpName = "FILE",
        Required = required,
    };

    public static Option<string?> Tunnel() => new("--tunnel")
    {
        Description = "One of the tunnels of the files: NAME or NAMESPACE/NAME. Default: all.",
        HelpName = "NAME",
    };

    public static Argument<string?> Name() => new("NAME")
    {
        Description = "A running tunnel: NAME or NAMESPACE/NAME.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Option<string?> Secrets() => new("--secrets")
    {
        Description = "Folder with the Secrets that the file does not hold, as DIR/SECRET/KEY (the shape of a mounted Secret).",
        HelpName = "DIR",
    };

    public static Option<string?> Control() => new("--control")
    {
        Description = $"The daemon's control socket. Default: {ControlSocket.Folder}/NAMESPACE.NAME.sock for one tunnel, {ControlSocket.OfSeveral} for several; "
            + "a command looks at all that are there.",
        HelpName = "PATH",
    };
}
