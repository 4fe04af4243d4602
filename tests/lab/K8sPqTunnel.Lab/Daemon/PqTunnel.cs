using System.Text.Json;
using K8sPqTunnel.Lab.Building;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Daemon;

/// <summary>The real <c>pqtunnel</c> in a site: <c>up</c> in its foreground, and the commands that ask after it.</summary>
public sealed class PqTunnel : IAsyncDisposable
{
    // Each question starts a program.
    private static readonly TimeSpan StatusPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);
    private readonly Site _site;
    private readonly string _program;
    private readonly string _file;

    private PqTunnel(Site site, string program, string file, RunningCommand up)
    {
        _site = site;
        _program = program;
        _file = file;
        Up = up;
    }

    /// <summary>The running <c>pqtunnel up</c>.</summary>
    public RunningCommand Up { get; }

    /// <summary>The program's project, for the build.</summary>
    public static string ProjectOf(Repository repository) => Path.Combine(repository.Root, "sidecar", "K8sPqTunnel.Cli");

    /// <summary>The built program.</summary>
    public static string ProgramOf(Repository repository) => Path.Combine(DotnetBuild.OutputOf(ProjectOf(repository)), "pqtunnel.dll");

    /// <summary>Starts <c>pqtunnel up</c>; whether the tunnel comes up is another question.</summary>
    /// <param name="repository">Whose build runs; the site must see the checkout.</param>
    /// <param name="site">The gateway.</param>
    /// <param name="file">The tunnel's YAML, at a path inside the checkout.</param>
    /// <param name="log">Gets its output.</param>
    /// <param name="options">More options of <c>up</c>.</param>
    public static async Task<PqTunnel> StartAsync(Repository repository, Site site, string file, string log, params string[] options)
    {
        string program = ProgramOf(repository);
        var command = new Command(DotnetInstallation.Program, [program, "up", "-f", file, .. options])
        {
            WorkingDirectory = repository.Root,
            LogFile = log,
        };
        return new PqTunnel(site, program, file, await site.Tools.StartAsync(command));
    }

    /// <summary>What <c>pqtunnel status --json</c> says; null while no daemon answers.</summary>
    public async Task<TunnelStatus?> StatusAsync(CancellationToken cancellationToken)
    {
        CommandResult status = await RunAsync(cancellationToken, "status", "--json");
        return status.Succeeded ? JsonSerializer.Deserialize(status.Output, TunnelStatusContext.Default.TunnelStatus) : null;
    }

    /// <summary>The same of one of several tunnels.</summary>
    public async Task<TunnelStatus?> StatusAsync(string tunnel, CancellationToken cancellationToken)
    {
        CommandResult status = await RunAsync(cancellationToken, "status", tunnel, "--json");
        return status.Succeeded ? JsonSerializer.Deserialize(status.Output, TunnelStatusContext.Default.TunnelStatus) : null;
    }

    /// <summary>Runs <c>pqtunnel</c> with other arguments beside the daemon.</summary>
    public Task<CommandResult> AskAsync(CancellationToken cancellationToken, params string[] arguments) => RunAsync(cancellationToken, arguments);

    /// <summary>Waits until the tunnel passes packets.</summary>
    /// <exception cref="LabException">The daemon ended, or the tunnel is not ready in time; the message has the daemon's own words.</exception>
    public async Task<TunnelStatus> WaitUntilReadyAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        TunnelStatus? status = null;
        await Wait.UntilAsync("the tunnel is ready", async () =>
        {
            if (Up.HasExited)
                throw new LabException($"pqtunnel up ended: {Up.Errors.Trim()}");
            status = await StatusAsync(cancellationToken);
            return status is { Ready: true };
        }, limit, cancellationToken, pause: StatusPause);
        return status!;
    }

    /// <summary>Runs <c>pqtunnel down</c>.</summary>
    public Task<CommandResult> DownAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken, "down", "-f", _file);

    /// <summary>Runs <c>pqtunnel rekey</c>.</summary>
    /// <param name="what"><c>--child</c> or <c>--ike</c>.</param>
    public Task<CommandResult> RekeyAsync(string what, CancellationToken cancellationToken) =>
        RunAsync(cancellationToken, "rekey", "-f", _file, what);

    /// <summary>Stops the daemon as a supervisor would: SIGTERM.</summary>
    public Task<CommandResult> StopAsync() => Up.TerminateAsync(StopLimit);

    public ValueTask DisposeAsync() => Up.DisposeAsync();

    private Task<CommandResult> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        _site.RunAsync(new Command(DotnetInstallation.Program, [_program, .. arguments]), cancellationToken);
}
