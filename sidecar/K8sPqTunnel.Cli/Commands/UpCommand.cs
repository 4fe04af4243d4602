using System.CommandLine;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>`pqtunnel up`: for people and scripts that want an answer.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        DaemonArguments arguments = new();
        var command = new Command(
            "up",
            "Brings a tunnel up and keeps it up, in the foreground. Fails, and leaves nothing behind, where the first attempt fails. "
            + "Several tunnels run in one process, over the same sockets; each is tried again for itself, and `pqtunnel reload` or SIGHUP reads the files again. "
            + "Stopping it leaves clear traffic blocked; `pqtunnel down` removes the block.");
        arguments.AddTo(command);
        command.SetAction((parsed, cancellation) => DaemonLauncher.RunAsync(arguments, parsed, giveUpOnFirstFailure: true, cancellation));
        return command;
    }
}
