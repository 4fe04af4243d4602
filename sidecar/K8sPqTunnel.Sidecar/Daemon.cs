using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Sidecar.Control;
using K8sPqTunnel.Sidecar.State;
using K8sPqTunnel.Sidecar.Tunnels;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar;

/// <summary>A process's whole work: one tunnel and its control socket.</summary>
public sealed class Daemon
{
    private readonly DaemonOptions _options;
    private readonly ILoggerProvider _log;
    private readonly ILoggerFactory _logs;
    private readonly Tunnel _tunnel;

    private Daemon(DaemonOptions options, ILoggerProvider log, ILoggerFactory logs, Tunnel tunnel)
    {
        _options = options;
        _log = log;
        _logs = logs;
        _tunnel = tunnel;
    }

    /// <summary>Runs until told to stop, taken down, or, where the options say so, failed.</summary>
    /// <param name="log">Takes every line of the log.</param>
    /// <param name="stop">Ends the daemon; clear traffic stays blocked.</param>
    public static async Task<DaemonOutcome> RunAsync(DaemonOptions options, ILoggerProvider log, CancellationToken stop)
    {
        using ILoggerFactory logs = LoggerFactory.Create(builder => builder.AddProvider(log));
        try
        {
            await using var hub = new IkeHub(TimeProvider.System);
            await using var tunnel = new Tunnel(hub, options.Settings, options.Secrets, TimeProvider.System, logs);
            return await new Daemon(options, log, logs, tunnel).RunAsync(stop);
        }
        catch (Exception e) when (e is NotSupportedException or IOException)
        {
            return new DaemonOutcome(DaemonEnd.Failed, e.Message);
        }
    }

    private async Task<DaemonOutcome> RunAsync(CancellationToken stop)
    {
        ControlServer control;
        try
        {
            _tunnel.Guard();
            control = await ControlServer.StartAsync(_options.ControlPath, _options.Health, new LoneTunnel(_tunnel), _log, stop);
        }
        catch (IOException e)
        {
            // No TUN, no privilege, a socket that is taken: each says so itself.
            return GiveUp($"tunnel \"{_options.Settings.Name}\": {e.Message}");
        }
        await using (control)
        {
            _tunnel.Start();
            DaemonOutcome outcome = await WaitAsync(stop);
            await (outcome.End == DaemonEnd.Stopped ? _tunnel.LeaveAsync() : _tunnel.StopAsync());
            return outcome.End == DaemonEnd.Failed ? GiveUp(outcome.Message) : outcome;
        }
    }

    /// <summary>The tunnel could not be brought up: `up` leaves nothing half-done behind, `run` will be started again and stays closed.</summary>
    private DaemonOutcome GiveUp(string message)
    {
        // A guard of an earlier process was closed for a reason: whatever fails here does not open it.
        if (_tunnel.GuardIsOurs && _options.GiveUpOnFirstFailure)
            _tunnel.Unguard();
        else if (_tunnel.IsGuarded && _options.GiveUpOnFirstFailure)
            message += " (The block on its clear traffic, which an earlier run made, stays.)";
        return new DaemonOutcome(DaemonEnd.Failed, message);
    }

    private async Task<DaemonOutcome> WaitAsync(CancellationToken stop)
    {
        using var ending = new CancellationTokenSource();
        Task<string> failed = FirstFailureAsync(ending.Token);
        try
        {
            await Task.WhenAny(_tunnel.Ended, failed, Task.Delay(Timeout.Infinite, stop));
            if (failed.IsCompletedSuccessfully)
                return new DaemonOutcome(DaemonEnd.Failed, await failed);
            if (!_tunnel.Ended.IsCompleted)
                return new DaemonOutcome(DaemonEnd.Stopped);
            if (_tunnel.Ended.Exception?.InnerException is IOException lost)
                return new DaemonOutcome(DaemonEnd.Lost, $"tunnel \"{_options.Settings.Name}\": {lost.Message}");

            await _tunnel.Ended;                                         // Throws what a bug threw.
            return new DaemonOutcome(DaemonEnd.TornDown);
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    /// <summary>Completes with the first failure's sentence where it comes before the first success and the options care; else never.</summary>
    private async Task<string> FirstFailureAsync(CancellationToken ending)
    {
        // Who lets the peer begin cannot tell when its first attempt is.
        if (_options.GiveUpOnFirstFailure && _options.Settings.StartAction == StartAction.Start)
        {
            await foreach (TunnelSnapshot tunnel in _tunnel.Board.WatchAsync(ending))
            {
                if (tunnel.Phase == TunnelPhase.Established)
                    break;
                if (tunnel.LastError is { } error)
                    return error.Message;
            }
        }
        await Task.Delay(Timeout.Infinite, ending);
        return "";
    }
}
