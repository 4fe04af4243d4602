using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>Private process, mount, network, UTS and IPC namespaces around a process 1: to the programs in it, a machine of their own.</summary>
/// <remarks>When its process 1 ends, the kernel kills everything in it, machines inside included, and its mounts and links vanish.</remarks>
internal sealed class Machine : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private static readonly string[] Environment =
    [
        "PATH=/opt/kubernetes:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME=/tmp",                                            // kubectl keeps what it has discovered below it
        "LANG=C.UTF-8",
    ];

    private readonly RunningCommand _outer;

    private Machine(RunningCommand outer, int initProcess)
    {
        _outer = outer;
        InitProcess = initProcess;
    }

    /// <summary>Its process 1, as the host numbers it.</summary>
    public int InitProcess { get; }

    /// <summary>What makes the namespaces; the glue script that follows becomes process 1 and says "ready" when its mounts stand.</summary>
    public static Command Boot(string script, params ReadOnlySpan<string> arguments) => new("unshare",
    [
        "--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "--mount-proc", "--propagation", "private",
        "bash", script, .. arguments,
    ]);

    /// <summary>Waits until a started <see cref="Boot"/> command says "ready".</summary>
    /// <exception cref="LabException">It ended, or said nothing for 30 seconds.</exception>
    public static async Task<Machine> WaitUntilReadyAsync(RunningCommand booting, CancellationToken cancellationToken)
    {
        try
        {
            await Wait.UntilAsync($"\"{booting.Command}\" is ready", () =>
            {
                if (booting.HasExited)
                    throw new LabException($"\"{booting.Command}\" ended: {booting.Errors.Trim()}");
                return booting.Output.Contains("ready");
            }, StartLimit, cancellationToken);
            return new Machine(booting, ProcessTree.InitUnder(booting.ProcessId));
        }
        catch
        {
            await booting.DisposeAsync();
            throw;
        }
    }

    /// <summary>The command that runs <paramref name="command"/> in here when it is started on the host.</summary>
    public Command Inside(Command command)
    {
        string[] variables = [.. command.Environment.Select(variable => $"{variable.Key}={variable.Value}")];
        return new Command("nsenter",
        [
            "--target", $"{InitProcess}", "--mount", "--net", "--pid", "--uts", "--ipc", "--",
            "/usr/bin/env", "-i", "-C", command.WorkingDirectory ?? "/", .. Environment, .. variables, command.Program, .. command.Arguments,
        ])
        { LogFile = command.LogFile, Input = command.Input };
    }

    public RunningCommand Start(Command command) => Inside(command).Start();

    /// <summary>Runs a program to its end; cancelling kills it.</summary>
    public async Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken) =>
        await Inside(command).RunAsync(cancellationToken) with { Command = command };

    /// <summary>Its process 1, as the machine that it was started in numbers it.</summary>
    public int InitProcessInParent() => ProcessTree.NamespacedIds(InitProcess)[^2];

    public async ValueTask DisposeAsync()
    {
        Signals.Send(InitProcess, Signals.Kill);
        await _outer.DisposeAsync();
    }
}
