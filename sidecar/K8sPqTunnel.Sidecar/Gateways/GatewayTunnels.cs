using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Sidecar.OperatorLink;
using K8sPqTunnel.Sidecar.State;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.Gateways;

/// <summary>The tunnels that a gateway has been given, and what becomes of each. What happens to one never touches another.</summary>
internal sealed class GatewayTunnels(Fleet fleet, TunnelFolder folder, string @namespace, TimeProvider time, ILogger log) : IDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    // One thing at a time is done with the tunnels: what is tried again must not overtake what the operator has sent since.
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HeldEntry> _held = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChangedTunnels Changed { get; } = new();

    /// <summary>Completes when the last of them has been taken down and the operator was told so.</summary>
    public Task Emptied => _emptied.Task;

    public IReadOnlyList<HeldTunnel> Held
    {
        get
        {
            lock (_lock)
                return [.. _held.Values.Select(entry => new HeldTunnel { Tunnel = RefOf(entry), Fingerprint = entry.Fingerprint })];
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Begins what the pod's files hold: with this alone a gateway comes up when no operator is there.</summary>
    public async Task BeginAsync()
    {
        foreach ((string name, LoadedTunnel? tunnel, string? error) in folder.LoadAll())
        {
            if (tunnel is not null)
            {
                await StartAsync(tunnel, fingerprint: "");
            }
            else
            {
                // Not held: which resource it is, cannot be told. The operator will send it.
                log.Refused(name, error!);
            }
        }
    }

    /// <summary>Does what the operator wants of one tunnel.</summary>
    public async Task ApplyAsync(TunnelConfiguration configuration)
    {
        await _turn.WaitAsync();
        try
        {
            await TakeAsync(configuration);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task TakeAsync(TunnelConfiguration configuration)
    {
        LoadedTunnel loaded;
        try
        {
            loaded = folder.Keep(configuration);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Refused(configuration.Tunnel.Name, e.Message);
            Put(new HeldEntry(configuration.Tunnel.Name, configuration.Tunnel.Uid, Generation: 0, configuration.Fingerprint,
                new FailureSnapshot("ConfigurationRefused", e.Message, time.GetUtcNow())));
            return;
        }

        await StartAsync(loaded, configuration.Fingerprint);
    }

    /// <summary>Takes a tunnel down, and whatever an earlier process has left of it.</summary>
    /// <exception cref="IOException">The kernel refused to remove something; asking again tries again.</exception>
    public async Task RemoveAsync(TunnelRef tunnel)
    {
        string fullName = FullNameOf(tunnel.Name);
        await _turn.WaitAsync();
        try
        {
            folder.Forget(tunnel);
            lock (_lock)
            {
                if (_held.TryGetValue(tunnel.Name, out HeldEntry? entry))
                    _held[tunnel.Name] = entry with { IsTriedAgain = false };
            }

            if (!await fleet.TakeDownAsync(fullName) && !Leftovers.TryRemove(fullName, out string? error))
                throw new IOException(error);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The operator knows that a tunnel is gone.</summary>
    public void Told(TunnelRef tunnel)
    {
        lock (_lock)
        {
            if (_held.Remove(tunnel.Name) && _held.Count == 0)
                _emptied.TrySetResult();
        }
    }

    /// <summary>Tries again what could not be begun, for as long as it takes.</summary>
    public async Task RetryAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(RetryPause, time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            string[] waiting;
            lock (_lock)
                waiting = [.. _held.Values.Where(entry => entry.IsTriedAgain).Select(entry => entry.Name)];
            foreach (string name in waiting)
                await TryAgainAsync(name, stop);
        }
    }

    /// <summary>What is to be told of a tunnel now; null for one that is not held.</summary>
    public (TunnelRef Tunnel, TunnelReport Report, Counters? Counters)? Look(string name)
    {
        HeldEntry? entry;
        lock (_lock)
            entry = _held.GetValueOrDefault(name);
        if (entry is null)
            return null;

        TunnelSnapshot? running = fleet.Find(FullNameOf(name))?.Snapshot();
        TunnelReport report = ReportMapper.Report(running ?? Down(entry), entry.Generation);
        if (entry.Failure is { } failure)
        {
            report.Phase = entry.IsTriedAgain ? Grpc.Contract.V1.TunnelPhase.Down : Grpc.Contract.V1.TunnelPhase.Stalled;
            report.LastError = ReportMapper.Error(failure);
        }

        return (RefOf(entry), report, running is null ? null : ReportMapper.Counters(running.Counters, time.GetUtcNow()));
    }

    /// <summary>Something of a running tunnel has changed.</summary>
    public void Note(string fullName) => Changed.Add(fullName[(fullName.IndexOf('/') + 1)..]);

    private async Task StartAsync(LoadedTunnel loaded, string fingerprint)
    {
        var entry = new HeldEntry(loaded.Plan.Settings.Name, loaded.Uid, loaded.Generation, fingerprint);
        try
        {
            await fleet.PutAsync(loaded.Plan);
            Put(entry);
        }
        catch (IOException e)
        {
            log.NotBegun(entry.Name, e.Message);
            Put(entry with { Failure = new FailureSnapshot("TunnelNotBegun", e.Message, time.GetUtcNow()), IsTriedAgain = true });
        }
    }

    private async Task TryAgainAsync(string name, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            HeldEntry? entry;
            lock (_lock)
                entry = _held.GetValueOrDefault(name);
            if (entry is { IsTriedAgain: true })
                await StartAsync(folder.Load(name), entry.Fingerprint);
        }
        catch (IOException e)
        {
            log.Refused(name, e.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Put(HeldEntry entry)
    {
        lock (_lock)
            _held[entry.Name] = entry;
        Changed.Add(entry.Name);
    }

    private string FullNameOf(string name) => $"{@namespace}/{name}";

    private TunnelSnapshot Down(HeldEntry entry) =>
        new() { Namespace = @namespace, Name = entry.Name, Phase = State.TunnelPhase.Down, Since = time.GetUtcNow() };

    private static TunnelRef RefOf(HeldEntry entry) => new() { Name = entry.Name, Uid = entry.Uid };
}
