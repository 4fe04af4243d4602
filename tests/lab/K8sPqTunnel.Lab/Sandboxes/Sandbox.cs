using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Sandboxes;

/// <summary>A root, a private mount namespace and optionally a network: where the lab's programs run without touching the host.</summary>
/// <remarks>Disposing it kills what still runs in it. Its namespaces have no names and no files, so there is nothing to clean up.</remarks>
public sealed class Sandbox : IDisposable
{
    private static readonly Dictionary<string, string> BaseEnvironment = new()
    {
        ["PATH"] = $"{DotnetInstallation.Home}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["HOME"] = "/root",
        ["LANG"] = "C.UTF-8",
        ["DOTNET_ROOT"] = DotnetInstallation.Home,
        ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
    };

    private readonly SandboxSpec _spec;
    private readonly MountNamespace _mounts;
    private readonly SpawnThread _spawner = new();

    public Sandbox(SandboxSpec spec)
    {
        _spec = spec;
        _mounts = MountNamespace.Create(spec);
    }

    /// <summary>Starts a program of the sandbox; its path and working directory are seen from inside.</summary>
    public Task<RunningCommand> StartAsync(Command command)
    {
        List<string> enter = ["--pdeathsig", "KILL", "nsenter", .. _mounts.EnterOptions];
        if (_spec.Network is { } network)
            enter.Add($"--net={network.FileName}");
        // env(1) of the root itself: the host's variables stay outside.
        enter.AddRange(["--", "/usr/bin/env", "-i", "-C", command.WorkingDirectory ?? "/"]);
        enter.AddRange(BaseEnvironment.Where(own => !command.Environment.ContainsKey(own.Key)).Concat(command.Environment)
            .Select(variable => $"{variable.Key}={variable.Value}"));
        enter.Add(command.Program);
        enter.AddRange(command.Arguments);
        return _spawner.StartAsync(new Command("setpriv", enter)
        {
            LogFile = command.LogFile, Input = command.Input, KeepsInputOpen = command.KeepsInputOpen,
        });
    }

    /// <summary>Runs a program to its end; cancelling kills it.</summary>
    public async Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken) =>
        await (await StartAsync(command)).FinishAsync(cancellationToken) with { Command = command };

    public void Dispose()
    {
        _spawner.Dispose();
        _mounts.Dispose();
    }
}
