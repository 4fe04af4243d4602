using System.Globalization;
using System.Text.Json.Nodes;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Kubernetes.Leases;

/// <summary>Lets one of several processes lead, as client-go does: whoever holds a Lease and renews it in time.</summary>
/// <remarks>
/// Clocks of different machines are never compared: another's lease has ended when its record has not changed for its whole duration on our own
/// steady clock. Each write carries the resource version that was read, so of two that take the lease at once one is refused.
/// </remarks>
public sealed class LeaseElection
{
    private readonly ResourceClient<Lease> _leases;
    private readonly LeaseElectionOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    private Lease? _seen;
    private long _seenAt;
    private string? _holder;
    private bool _seenIsMine;

    /// <param name="client">Not one whose writes are fenced by this election.</param>
    /// <param name="options">Which lease.</param>
    /// <param name="logger">Who leads.</param>
    public LeaseElection(KubernetesClient client, LeaseElectionOptions options, ILogger logger)
    {
        _leases = client.Of(Kinds.Lease);
        _options = options;
        _logger = logger;
        _time = options.TimeProvider;
        Fence = new WriteFence(_time);
        options.Metrics?.LeaderElection.Observe(options.Lease.Name, () => Fence.IsOpen);
    }

    /// <summary>Open while this process leads.</summary>
    public WriteFence Fence { get; }

    /// <summary>Who led when the lease was last read; null before that, and when nobody does.</summary>
    public string? Holder => Volatile.Read(ref _holder);

    /// <summary>How often the lease, as it was read last, had passed from one holder to another.</summary>
    public int Transitions => Volatile.Read(ref _seen)?.Spec?.LeaseTransitions ?? 0;

    /// <summary>Waits for the lease, leads while it can be renewed, and gives it up at the end.</summary>
    /// <param name="lead">The leader's work; its token is cancelled when the lease is lost, and then nothing more may be changed.</param>
    /// <param name="cancellationToken">The process ends.</param>
    /// <returns>When the lease was lost; whoever wants to lead again starts from what the cluster holds then.</returns>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        while (!await TryHoldAsync(cancellationToken))
            await PauseAsync(cancellationToken);

        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task leading = LeadAsync(lead, lost.Token);
        try
        {
            Task renewing = RenewAsync(lost.Token);
            await await Task.WhenAny(leading, renewing);
        }
        finally
        {
            await lost.CancelAsync();
            try
            {
                await leading;
            }
            catch (OperationCanceledException) when (lost.IsCancellationRequested)
            {
                // As it was told.
            }
            finally
            {
                await ReleaseAsync();
            }
        }
    }

    // A failure before its first wait ends the election in good order, too.
    private static async Task LeadAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken) => await lead(cancellationToken);

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        while (Fence.IsOpen)
        {
            await PauseAsync(cancellationToken);
            if (!await TryHoldAsync(cancellationToken) && Holder is { } other && other != _options.Identity)
            {
                Fence.Close();
                LeaseLog.Lost(_logger, _options.Lease, _options.Identity, $"{other} has taken the lease");
                return;
            }
        }

        LeaseLog.Lost(_logger, _options.Lease, _options.Identity, $"it could not be renewed for {_options.RenewDeadline.TotalSeconds:0.#} s");
    }

    /// <summary>One attempt to get or renew it.</summary>
    /// <returns>False if another holds it, or nobody could be asked.</returns>
    internal async Task<bool> TryHoldAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var limit = new CancellationTokenSource(_options.RenewDeadline, _time);
        await using var _ = limit.Token.Register(timeout.Cancel);
        try
        {
            // Whoever wrote last needs not read: if another has written since, the write is refused.
            bool isKnown = _seenIsMine && Fence.IsOpen;
            _seenIsMine = false;
            Lease? current = isKnown ? _seen : await _leases.FindAsync(_options.Lease, timeout.Token);
            if (current is not null && !MayTake(current))
                return false;

            long sent = _time.GetTimestamp();
            bool mine = current?.Spec?.HolderIdentity == _options.Identity;
            See(current is null ? await CreateAsync(timeout.Token) : await TakeAsync(current, mine, timeout.Token));
            _seenIsMine = true;
            bool wasOpen = Fence.IsOpen;
            Fence.Open(sent, _options.RenewDeadline, _options.Duration);
            if (!wasOpen)
                LeaseLog.Leads(_logger, _options.Lease, _options.Identity, _seen!.Spec?.LeaseTransitions ?? 0);
            return true;
        }
        catch (ApiException e) when (e.IsConflict || e.IsAlreadyExists)
        {
            return false;                                                 // another was quicker; the next look tells who
        }
        catch (KubernetesException e)
        {
            LeaseLog.Trouble(_logger, _options.Lease, e.Message);
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LeaseLog.Trouble(_logger, _options.Lease, "the API server did not answer in time");
            return false;
        }
    }

    private bool MayTake(Lease current)
    {
        See(current);
        string? holder = Holder;
        if (holder is null || holder == _options.Identity)
            return true;

        var duration = TimeSpan.FromSeconds(current.Spec?.LeaseDurationSeconds ?? _options.Duration.TotalSeconds);
        return _time.GetElapsedTime(_seenAt) >= duration;
    }

    private void See(Lease current)
    {
        if (_seen?.Metadata.ResourceVersion == current.Metadata.ResourceVersion && _seen?.Metadata.Uid == current.Metadata.Uid)
            return;

        Volatile.Write(ref _seen, current);
        _seenAt = _time.GetTimestamp();
        string? holder = current.Spec?.HolderIdentity is { Length: > 0 } name ? name : null;
        if (holder != Holder && holder is not null && holder != _options.Identity)
            LeaseLog.Waits(_logger, _options.Lease, holder, _options.Identity);
        bool isNew = holder != Holder;
        Volatile.Write(ref _holder, holder);
        if (isNew && holder is not null)
            _options.NewHolder?.Invoke(holder);
    }

    private Task<Lease> CreateAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return _leases.CreateAsync(
            new Lease
            {
                Metadata = new ObjectMeta { Name = _options.Lease.Name, Namespace = _options.Lease.Namespace },
                Spec = new LeaseSpec
                {
                    HolderIdentity = _options.Identity,
                    LeaseDurationSeconds = (int)_options.Duration.TotalSeconds,
                    AcquireTime = now,
                    RenewTime = now,
                    LeaseTransitions = 0,
                },
            },
            cancellationToken);
    }

    private Task<Lease> TakeAsync(Lease current, bool mine, CancellationToken cancellationToken)
    {
        string now = Text(_time.GetUtcNow());
        var spec = new JsonObject
        {
            ["holderIdentity"] = _options.Identity,
            ["leaseDurationSeconds"] = (int)_options.Duration.TotalSeconds,
            ["renewTime"] = now,
        };
        if (!mine)
        {
            spec["acquireTime"] = now;
            spec["leaseTransitions"] = (current.Spec?.LeaseTransitions ?? 0) + 1;
        }

        return WriteAsync(current, spec, cancellationToken);
    }

    // So that the next leader need not wait. What goes wrong here costs only that wait.
    private async Task ReleaseAsync()
    {
        bool held = Fence.IsOpen;
        Fence.Close();
        if (!held || _seen is null)
            return;

        using var limit = new CancellationTokenSource(_options.RetryPeriod, _time);
        try
        {
            await WriteAsync(_seen, new JsonObject { ["holderIdentity"] = "", ["leaseDurationSeconds"] = 1, ["renewTime"] = Text(_time.GetUtcNow()) }, limit.Token);
        }
        catch (Exception e) when (e is KubernetesException or OperationCanceledException)
        {
            LeaseLog.Trouble(_logger, _options.Lease, e.Message);
        }
    }

    private Task<Lease> WriteAsync(Lease current, JsonObject spec, CancellationToken cancellationToken)
    {
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = current.Metadata.ResourceVersion }, ["spec"] = spec };
        return _leases.PatchAsync(_options.Lease, Patch.Merge(patch), cancellationToken: cancellationToken);
    }

    private Task PauseAsync(CancellationToken cancellationToken) =>
        Task.Delay(_options.RetryPeriod * (1 + (Random.Shared.NextDouble() / 5)), _time, cancellationToken);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(MicroTimeConverter.Format, CultureInfo.InvariantCulture);
}
