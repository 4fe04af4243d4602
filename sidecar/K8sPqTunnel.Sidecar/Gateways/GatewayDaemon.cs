using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.Gateways;

/// <summary>The work of a gateway pod: any number of tunnels, which the operator adds, changes and takes down one by one.</summary>
public static class GatewayDaemon
{
    /// <summary>Runs until told to stop. What was taken down before stays so: a container that ended would be started anew, and close the way again.</summary>
    /// <param name="log">Takes every line of the log.</param>
    /// <param name="stop">Ends the daemon; clear traffic stays blocked.</param>
    public static async Task<DaemonOutcome> RunAsync(GatewayOptions options, ILoggerProvider log, CancellationToken stop)
    {
        using ILoggerFactory logs = LoggerFactory.Create(builder => builder.AddProvider(log));
        ILogger own = logs.CreateLogger(nameof(GatewayDaemon));
        try
        {
            using NodeLock held = await NodeLock.TakeAsync($"{options.Namespace}/{options.Name}", own.Waiting, TimeProvider.System, stop);
            return await Fleet.RunAsync(
                new FleetOptions
                {
                    Load = () => [],
                    ControlPath = options.ControlPath,
                    Health = options.Health,
                    ReloadWished = ending => Task.Delay(Timeout.Infinite, ending),
                    Companion = new GatewayCompanion(options, logs),
                },
                log, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new DaemonOutcome(DaemonEnd.Stopped);
        }
    }
}
