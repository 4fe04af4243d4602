using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Sidecar.Tunnels;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar;

/// <summary>One running tunnel of a <see cref="Fleet"/>.</summary>
internal sealed class FleetMember : IAsyncDisposable
{
    // More than any: spec.limits.halfOpenLifetime is 10 min at most, and a check of certificates takes 10 s.
    private static readonly TimeSpan LongestHandshake = TimeSpan.FromMinutes(15);

    private readonly ILoggerFactory _logs;
    private readonly CancellationTokenSource _stopped = new();

    private FleetMember(TunnelPlan plan, Tunnel tunnel, ILoggerFactory logs)
    {
        Plan = plan;
        Tunnel = tunnel;
        _logs = logs;
    }

    public TunnelPlan Plan { get; private set; }

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

    /// <summary>Takes up a plan with the same settings and other secrets, while the traffic goes on. One change at a time. Takes the plan.</summary>
    public async Task TakeSecretsAsync(TunnelPlan plan)
    {
        TunnelPlan former = Plan;
        Plan = plan;
        TimeSpan overlap = plan.Settings.Authentication.PskOverlap;
        Secret? formerKey = overlap > TimeSpan.Zero ? former.Secrets.PreSharedKey : null;
        await Tunnel.TakeSecretsAsync(plan.Secrets, formerKey);
        _ = ForgetAsync(former, formerKey, overlap);
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

    /// <summary>Disposes a plan that another has replaced, when nothing can use its secrets any more.</summary>
    private async Task ForgetAsync(TunnelPlan former, Secret? formerKey, TimeSpan overlap)
    {
        try
        {
            if (formerKey is not null)
            {
                await Task.Delay(overlap, _stopped.Token);
                await Tunnel.ForgetFormerKeyAsync(formerKey);
            }

            await Task.Delay(LongestHandshake, _stopped.Token);
        }
        catch (OperationCanceledException)
        {
            // The tunnel has been stopped.
        }

        former.Dispose();
    }
}
