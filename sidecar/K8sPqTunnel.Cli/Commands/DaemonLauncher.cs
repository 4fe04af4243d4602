using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using K8sPqTunnel.Cli.Input;
using K8sPqTunnel.Cli.Output;
using K8sPqTunnel.Sidecar;
using K8sPqTunnel.Sidecar.Control;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>Runs the daemon in this process and turns its end into an exit status.</summary>
internal static class DaemonLauncher
{
    public static Task<int> RunAsync(DaemonArguments arguments, ParseResult parsed, bool giveUpOnFirstFailure, CancellationToken cancellation)
    {
        if (!arguments.TryReadHealth(parsed, out IPEndPoint? health, out string? error))
            return Task.FromResult(Complaint.BadInput(error));

        string[] files = parsed.GetRequiredValue(arguments.Files);
        string? tunnel = parsed.GetValue(arguments.Tunnel);
        string? secrets = parsed.GetValue(arguments.Secrets);
        string? control = parsed.GetValue(arguments.Control);
        if (TunnelInput.Read(files, tunnel, secrets, out IReadOnlyList<string> errors) is not { } inputs)
            return Task.FromResult(Complaint.BadInput(errors));

        if (inputs is [var only] && (tunnel is not null || !InputFiles.AreMany(files)))
        {
            return RunOneAsync(only, new DaemonOptions
            {
                Settings = only.Settings,
                Secrets = only.Secrets,
                ControlPath = control ?? ControlSocket.PathOf(only.Settings.Namespace, only.Settings.Name),
                Health = health,
                GiveUpOnFirstFailure = giveUpOnFirstFailure,
            }, files[0], cancellation);
        }

        // Those that have been read are for the start: standard input cannot be read twice.
        IReadOnlyList<TunnelInput>? first = inputs;
        return RunManyAsync(() => Plans(Interlocked.Exchange(ref first, null) ?? Read(files, tunnel, secrets)), control ?? ControlSocket.OfSeveral, health, files, cancellation);
    }

    private static async Task<int> RunOneAsync(TunnelInput input, DaemonOptions options, string file, CancellationToken cancellation)
    {
        using (input)
        {
            using var log = new ConsoleLog();
            DaemonOutcome outcome = await Daemon.RunAsync(options, log, cancellation);
            switch (outcome.End)
            {
                case DaemonEnd.Failed or DaemonEnd.Lost:
                    return Complaint.Failure(outcome.Message);
                case DaemonEnd.Stopped when options.GiveUpOnFirstFailure:
                    await Console.Error.WriteLineAsync(
                        $"tunnel \"{input.Settings.Name}\" is stopped; its traffic stays blocked in clear. Remove the block with: pqtunnel down -f {file}");
                    break;
            }

            return ExitCode.Success;
        }
    }

    private static async Task<int> RunManyAsync(
        Func<IReadOnlyList<TunnelPlan>> load, string control, IPEndPoint? health, string[] files, CancellationToken cancellation)
    {
        using var wishes = new SemaphoreSlim(0);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            wishes.Release();
        });
        using var log = new ConsoleLog();
        DaemonOutcome outcome = await Fleet.RunAsync(
            new FleetOptions { Load = load, ControlPath = control, Health = health, ReloadWished = wishes.WaitAsync }, log, cancellation);
        if (outcome.End == DaemonEnd.Failed)
            return Complaint.Failure(outcome.Message);
        if (outcome.End == DaemonEnd.Stopped)
        {
            await Console.Error.WriteLineAsync(
                $"the tunnels are stopped; their traffic stays blocked in clear. Remove the block with: pqtunnel down {string.Join(' ', files.Select(file => $"-f {file}"))}");
        }

        return ExitCode.Success;
    }

    private static IReadOnlyList<TunnelInput> Read(string[] files, string? tunnel, string? secrets) =>
        TunnelInput.Read(files, tunnel, secrets, out IReadOnlyList<string> errors) ?? throw new IOException(string.Join('\n', errors));

    private static IReadOnlyList<TunnelPlan> Plans(IReadOnlyList<TunnelInput> inputs) =>
        [.. inputs.Select(PlanOf)];

    internal static TunnelPlan PlanOf(TunnelInput input) => new(input.Settings, input.Secrets, input.Fingerprint, input.SettingsFingerprint);

    internal static void Dispose(IEnumerable<TunnelInput> inputs)
    {
        foreach (TunnelInput input in inputs)
            input.Dispose();
    }
}
