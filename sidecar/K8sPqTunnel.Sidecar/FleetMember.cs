using K8sPqTunnel.Sidecar.Tunnels;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar;

/// <summary>One running tunnel of a <see cref="Fleet"/>.</summary>
internal sealed class FleetMember : IAsyncDisposable
{
    private readonly ILoggerFactory _logs;
    private readonly CancellationTokenSource _stopped = new();

    private FleetMember(TunnelPlan plan, Tunnel tunnel, ILoggerFactory logs)
    {
        Plan = plan;
        Tunnel = tunnel;
        _logs = logs;
    }

    public TunnelPlan Plan { get; }

    public Tunnel Tunnel { get; }

    public string FullName => Plan.FullName;

    public string Fingerprint => Plan.Fingerprint;

    /// <summary>Cancelled when the tunnel has been stopped.</summary>
    public CancellationToken Stopped => _stopped.Token;

    /// <exception cref="IOException">There is no TUN, or no privilege, or the data plane cannot carry what the tunnel asks for: it says so itself.</exception>
    public static async Task<FleetMember> StartAsync(IkeHub hub, TunnelPlan plan, ILoggerProvider log)
    {
        ILoggerFactory logs = LoggerFactory.Create(builder => builder.AddProvider(new NamedLog(log, plan.FullName)));
        Tunnel? tunnel = null;
        try
        {
            tunnel = new Tunnel(hub, plan.Settings, plan.Secrets, TimeProvider.System, logs);
            tunnel.Guard();
            tunnel.Start();
            return new FleetMember(plan, tunnel, logs);
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            if (tunnel is not null)
                await tunnel.DisposeAsync();
            logs.Dispose();
            throw new IOException($"tunnel \"{plan.FullName}\": {e.Message}", e);
        }
    }

    /// <summary>Returns when the tunnel has been taken down, or has lost what it needs.</summary>
    /// <returns>What it lost; null where it was taken down.</returns>
    public async Task<IOException?> EndedAsync()
    {
        try
        {
            await Tunnel.Ended;
            return null;
        }
        catch (IOException lost)
        {
            return lost;
        }
    }

    /// <summary>Says goodbye and ends the traffic; the block on clear traffic stays, and so do the secrets.</summary>
    public async Task StopAsync()
    {
        await Tunnel.DisposeAsync();
        await _stopped.CancelAsync();
        _logs.Dispose();
    }

    /// <summary>The process ends: what carries packets without it stays.</summary>
    public async Task LeaveAsync()
    {
        await Tunnel.LeaveAsync();
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Plan.Dispose();
    }
}
