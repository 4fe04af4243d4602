using System.Collections.Concurrent;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Sidecar.Control;
using K8sPqTunnel.Sidecar.State;
using K8sPqTunnel.Sidecar.Tunnels;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar;

/// <summary>A process that serves several tunnels over the same sockets. Each comes, changes and goes without touching another.</summary>
public sealed class Fleet : IControlledDaemon, IDisposable
{
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, FleetMember> _members = new(StringComparer.Ordinal);

    // One change of the set at a time.
    private readonly SemaphoreSlim _changing = new(1);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Those that have lost what they need and wait for another try.
    private readonly HashSet<TunnelPlan> _awaited = new(ReferenceEqualityComparer.Instance);
    private readonly FleetOptions _options;
    private readonly ILoggerProvider _log;
    private readonly ILogger<Fleet> _ownLog;
    private readonly IkeHub _hub;
    private readonly CancellationToken _stop;

    private Fleet(FleetOptions options, ILoggerProvider log, ILogger<Fleet> ownLog, IkeHub hub, CancellationToken stop)
    {
        _stop = stop;
        _options = options;
        _log = log;
        _ownLog = ownLog;
        _hub = hub;
    }

    public IReadOnlyList<IControlledTunnel> Tunnels => [.. _members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => member.Value.Tunnel)];

    public IReadOnlyDictionary<string, long> Drops => _hub.IsOfOneTunnel ? new Dictionary<string, long>() : CounterReader.ReadShared(_hub);

    /// <summary>Runs until told to stop, or until its last tunnel is taken down.</summary>
    /// <param name="log">Takes every line of the log.</param>
    /// <param name="stop">Ends the daemon; clear traffic stays blocked.</param>
    public static async Task<DaemonOutcome> RunAsync(FleetOptions options, ILoggerProvider log, CancellationToken stop)
    {
        using ILoggerFactory logs = LoggerFactory.Create(builder => builder.AddProvider(log));
        await using var hub = new IkeHub(TimeProvider.System);
        using var fleet = new Fleet(options, log, logs.CreateLogger<Fleet>(), hub, stop);
        return await fleet.RunAsync();
    }

    public void Dispose() => _changing.Dispose();

    public async Task<IReadOnlyList<string>> ReloadAsync()
    {
        if (_options.Companion is not null)
            throw new IOException("the tunnels of this daemon come from the operator: change the IpsecTunnels in the cluster");
        await _changing.WaitAsync();
        try
        {
            return await FollowAsync(_options.Load());
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>The running tunnel of a name, or null.</summary>
    internal IControlledTunnel? Find(string fullName) => _members.TryGetValue(fullName, out FleetMember? member) ? member.Tunnel : null;

    /// <summary>Has a tunnel run as it is planned: adds or replaces it, and does nothing where it runs so already. Takes the plan.</summary>
    /// <exception cref="IOException">It cannot be begun; the message says why, and names it. Then it does not run.</exception>
    internal async Task PutAsync(TunnelPlan plan)
    {
        await _changing.WaitAsync();
        try
        {
            NoLongerAwait(plan.FullName);
            if (!_members.TryGetValue(plan.FullName, out FleetMember? member))
                await AddOrDisposeAsync(plan);
            else
                await ChangeAsync(member, plan);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Takes a tunnel down, its block on clear traffic included.</summary>
    /// <returns>False where it does not run.</returns>
    /// <exception cref="IOException">The kernel refused to remove something.</exception>
    internal async Task<bool> TakeDownAsync(string fullName)
    {
        await _changing.WaitAsync();
        try
        {
            NoLongerAwait(fullName);
            if (!_members.TryGetValue(fullName, out FleetMember? member))
                return false;
            await RemoveAsync(member);
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    // Whoever waits to begin it anew finds out, and disposes of the plan.
    private void NoLongerAwait(string fullName) => _awaited.RemoveWhere(plan => plan.FullName == fullName);

    private async Task<DaemonOutcome> RunAsync()
    {
        try
        {
            await using ControlServer control = await ControlServer.StartAsync(_options.ControlPath, _options.Health, this, _log, _stop);
            if (_options.Companion is null)
                await BeginAsync();
            using var ending = new CancellationTokenSource();
            Task reloading = ReloadOnWishAsync(ending.Token);
            Task companion = _options.Companion?.RunAsync(this, ending.Token) ?? Task.Delay(Timeout.Infinite, ending.Token);
            await Task.WhenAny(_over.Task, _hub.Ended, companion, Task.Delay(Timeout.Infinite, _stop));
            if (_stop.IsCancellationRequested && _options.Companion is { } asked)
                await asked.LastWishAsync();
            await ending.CancelAsync();
            await Task.WhenAll(reloading, companion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (companion.IsFaulted)
                await companion;
            // Throws what the core or a tunnel threw: a bug is not hidden.
            if (_hub.Ended.IsFaulted)
                await _hub.Ended;
            if (_over.Task.IsFaulted)
                await _over.Task;
            return new DaemonOutcome(_over.Task.IsCompleted ? DaemonEnd.TornDown : DaemonEnd.Stopped);
        }
        catch (IOException e)
        {
            return new DaemonOutcome(DaemonEnd.Failed, e.Message);
        }
        finally
        {
            await Task.WhenAll(_members.Values.Select(member => member.LeaveAsync()));
        }
    }

    /// <exception cref="IOException">The files cannot be taken, or not one tunnel could be begun.</exception>
    private async Task BeginAsync()
    {
        try
        {
            await ReloadAsync();
        }
        catch (IOException e) when (!_members.IsEmpty)
        {
            // The others do their work; a reload tries again.
            _ownLog.NotFollowed(e.Message);
        }
    }

    private async Task ReloadOnWishAsync(CancellationToken stop)
    {
        while (true)
        {
            await _options.ReloadWished(stop);
            try
            {
                foreach (string change in await ReloadAsync())
                    _ownLog.Changed(change);
            }
            catch (IOException e)
            {
                _ownLog.NotFollowed(e.Message);
            }
        }
    }

    /// <summary>Does what the files say now. What fails for one tunnel is told, and keeps no other from its change.</summary>
    private async Task<IReadOnlyList<string>> FollowAsync(IReadOnlyList<TunnelPlan> plans)
    {
        List<string> changes = [];
        List<string> failures = [];
        Dictionary<string, TunnelPlan> wanted = plans.ToDictionary(plan => plan.FullName, StringComparer.Ordinal);
        _awaited.Clear();
        foreach ((string name, FleetMember member) in _members.Where(member => !wanted.ContainsKey(member.Key)))
            await TryAsync(() => RemoveAsync(member), $"tunnel {name} is taken down");
        // Who leaves the choice of a data plane to us follows those who demand one.
        foreach (TunnelPlan plan in plans.OrderBy(plan => plan.Settings.Dataplane == DataplaneChoice.Auto))
        {
            if (!_members.TryGetValue(plan.FullName, out FleetMember? member))
                await TryAsync(() => AddOrDisposeAsync(plan), $"tunnel {plan.FullName} is added");
            else if (member.Fingerprint != plan.Fingerprint)
                await TryAsync(() => ChangeAsync(member, plan), $"tunnel {plan.FullName} is changed");
            else
                plan.Dispose();
        }

        return failures.Count == 0 ? changes : throw new IOException(string.Join('\n', [.. failures, .. changes]));

        async Task TryAsync(Func<Task> change, string done)
        {
            try
            {
                await change();
                changes.Add(done);
            }
            catch (IOException e)
            {
                failures.Add(e.Message);
            }
        }
    }

    /// <exception cref="IOException">It cannot be begun; the message says why, and names it.</exception>
    private async Task AddAsync(TunnelPlan plan)
    {
        FleetMember member = await FleetMember.StartAsync(_hub, plan, _log);
        _members[plan.FullName] = member;
        _ = WatchAsync(member);
        if (_options.Companion is { } companion)
            _ = TellAsync(member, companion);
    }

    /// <inheritdoc cref="AddAsync"/>
    private async Task AddOrDisposeAsync(TunnelPlan plan)
    {
        try
        {
            await AddAsync(plan);
        }
        catch (IOException)
        {
            plan.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="AddAsync"/>
    private async Task ChangeAsync(FleetMember member, TunnelPlan plan)
    {
        if (member.Fingerprint == plan.Fingerprint)
            plan.Dispose();
        else if (member.Plan.SettingsFingerprint == plan.SettingsFingerprint)
            await member.TakeSecretsAsync(plan);
        else
            await ReplaceAsync(member, plan);
    }

    private async Task ReplaceAsync(FleetMember member, TunnelPlan plan)
    {
        // Its block on clear traffic stays meanwhile.
        _members.TryRemove(plan.FullName, out _);
        await member.DisposeAsync();
        await AddOrDisposeAsync(plan);
    }

    private async Task RemoveAsync(FleetMember member)
    {
        await member.Tunnel.TearDownAsync(CancellationToken.None);
        _members.TryRemove(member.FullName, out _);
        await member.DisposeAsync();
    }

    private static async Task TellAsync(FleetMember member, IFleetCompanion companion)
    {
        try
        {
            await foreach (TunnelSnapshot _ in member.Tunnel.Board.WatchAsync(member.Stopped))
                companion.Note(member.FullName);
        }
        catch (OperationCanceledException)
        {
            // What it is now, whoever has its place says.
            companion.Note(member.FullName);
        }
    }

    private async Task WatchAsync(FleetMember member)
    {
        try
        {
            IOException? lost = await member.EndedAsync();
            if (!await LetGoAsync(member, lost is not null))
                return;                                                  // Another has its place, or it is not wanted any more.
            if (lost is not null)
            {
                await BeginAnewAsync(member, lost);
                return;
            }

            member.Plan.Dispose();
            if (_options.Companion is null && _members.IsEmpty && _awaited.Count == 0)
                _over.TrySetResult();
        }
        catch (Exception e)
        {
            _over.TrySetException(e);
            throw;
        }
    }

    private async Task<bool> LetGoAsync(FleetMember member, bool isLost)
    {
        await _changing.WaitAsync();
        try
        {
            if (!_members.TryRemove(KeyValuePair.Create(member.FullName, member)))
                return false;
            if (isLost)
                _awaited.Add(member.Plan);
            await member.StopAsync();
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>A tunnel has lost its interface or its sockets: it is tried again until it comes up, or the files want something else.</summary>
    private async Task BeginAnewAsync(FleetMember member, IOException lost)
    {
        while (true)
        {
            _ownLog.Lost(member.FullName, lost.Message);
            await Task.Delay(RestartPause, _stop);
            await _changing.WaitAsync();
            try
            {
                if (!_awaited.Remove(member.Plan))
                {
                    member.Plan.Dispose();
                    return;
                }

                await AddAsync(member.Plan);
                return;
            }
            catch (IOException e)
            {
                _awaited.Add(member.Plan);
                lost = e;
            }
            finally
            {
                _changing.Release();
            }
        }
    }
}
