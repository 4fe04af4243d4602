using System.Diagnostics;
using System.Text.Json.Nodes;
using K8sPqTunnel.Bench.Measuring;
using K8sPqTunnel.Bench.Results;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Configuration;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Lab;

namespace K8sPqTunnel.Bench.Operators;

/// <summary>The part of the benchmark that runs in the cluster's network: makes the load, starts the operator and measures it.</summary>
internal sealed class OperatorRun : IDisposable
{
    private const int Stop = 19;
    private const int Continue = 18;
    private const double MiB = 1024;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ChangeLimit = TimeSpan.FromSeconds(10);

    private readonly OperatorOrder _order;
    private readonly Action<OperatorReply> _say;
    private readonly ClusterConnection _connection = ClusterConnection.Load();
    private readonly KubernetesClient _client;
    private readonly Population _population;
    private readonly List<GoalResult> _results = [];

    private OperatorRun(OperatorOrder order, Action<OperatorReply> say)
    {
        _order = order;
        _say = say;
        _client = new KubernetesClient(_connection);
        _population = new Population(_client, order.Plan);
    }

    private OperatorPlan Plan => _order.Plan;

    // Each tunnel and its gateway.
    private int ReconcilesOfAll => 2 * Plan.Tunnels;

    public static async Task<IReadOnlyList<GoalResult>> RunAsync(OperatorOrder order, Action<OperatorReply> say, CancellationToken cancellationToken)
    {
        using var run = new OperatorRun(order, say);
        run.Say($"{order.Plan.Tunnels} tunnels and Secrets are made");
        await run._population.MakeAsync(cancellationToken);
        await run.RollOutAsync(cancellationToken);
        await using OperatorUnderLoad running = await run.ColdSyncAsync(cancellationToken);
        await run.IdleAsync(running, cancellationToken);
        await run.ChangesAsync(running, cancellationToken);
        await run.StormAsync(running, cancellationToken);
        return run._results;
    }

    public void Dispose()
    {
        _client.Dispose();
        _connection.Dispose();
    }

    // All gateways are made for the first time; then the operator sees their pods run.
    private async Task RollOutAsync(CancellationToken cancellationToken)
    {
        Say("The operator makes all gateways");
        await using OperatorUnderLoad first = OperatorUnderLoad.Start(_order);
        await first.WaitUntilReadyAsync(cancellationToken);
        await QuietAsync(first, ReconcilesOfAll, cancellationToken);
        Add("first roll-out of all gateways", "s", Stopwatch.GetElapsedTime(first.Started).TotalSeconds);
        Add("first roll-out, operator's CPU", "s", first.Read().Cpu.TotalSeconds);
        Add("first roll-out, writes to the API server, with the Lease", "requests", (await first.MeasureAsync(cancellationToken)).Writes);
        Say("A pod runs for each gateway");
        await _population.RunPodsAsync(cancellationToken);
        await QuietAsync(first, 2 * ReconcilesOfAll, cancellationToken);
        await first.StopAsync();
    }

    private async Task<OperatorUnderLoad> ColdSyncAsync(CancellationToken cancellationToken)
    {
        Say("Cold sync: the operator starts anew");
        OperatorUnderLoad running = OperatorUnderLoad.Start(_order);
        await running.WaitUntilReadyAsync(cancellationToken);
        TimeSpan listed = Stopwatch.GetElapsedTime(running.Started);
        TimeSpan synced = await QuietAsync(running, ReconcilesOfAll, cancellationToken);
        OperatorReading reading = await running.MeasureAsync(cancellationToken);
        Add("cold sync: every object listed", "s", listed.TotalSeconds);
        Add("cold sync: every tunnel reconciled", "s", synced.TotalSeconds, 10);
        Add("cold sync, operator's CPU", "s", running.Read().Cpu.TotalSeconds);
        Add("cold sync, writes to the API server, with the Lease", "requests", reading.Writes);
        Add("cold sync, other calls", "requests", reading.Calls.Values.Sum() - reading.Writes);
        return running;
    }

    private async Task IdleAsync(OperatorUnderLoad running, CancellationToken cancellationToken)
    {
        Say($"Nothing happens for {Plan.IdleSeconds} s");
        // The leader renews its Lease every two seconds, with one request.
        await using ChangeWatch leases = await ChangeWatch.StartAsync(_client, AnyKinds.Lease, cancellationToken);
        OperatorReading before = await running.MeasureAsync(cancellationToken);
        ProcessReading process = running.Read();
        await Task.Delay(TimeSpan.FromSeconds(Plan.IdleSeconds), cancellationToken);
        ProcessReading after = running.Read();
        OperatorReading reading = await running.MeasureAsync(cancellationToken);
        int renewals = leases.Changes;
        Add("memory after cold sync, resident", "MiB", after.ResidentKiB / MiB, 250);
        Add("memory after cold sync, of it anonymous", "MiB", after.AnonymousKiB / MiB);
        Add($"API calls in {Plan.IdleSeconds} s of idleness, but for watches and the Lease", "requests", reading.CallsButWatches - before.CallsButWatches - renewals, 0);
        Add($"Lease renewed in {Plan.IdleSeconds} s of idleness", "requests", renewals);
        Add($"watches renewed in {Plan.IdleSeconds} s of idleness", "requests", reading.Watches - before.Watches);
        Add($"CPU in {Plan.IdleSeconds} s of idleness", "ms", (after.Cpu - process.Cpu).TotalMilliseconds);
    }

    private async Task ChangesAsync(OperatorUnderLoad running, CancellationToken cancellationToken)
    {
        Say($"{Plan.Changes} tunnels change, one after the other");
        await using ChangeWatch files = await ChangeWatch.StartAsync(_client, AnyKinds.ConfigMap, cancellationToken);
        var latencies = new Latencies(Plan.Changes);
        var answers = new Latencies(Plan.Changes);
        for (int change = 0; change < Plan.Changes; change++)
        {
            NamespacedName tunnel = Population.TunnelAt(change * (Plan.Tunnels / Plan.Changes));
            var gateway = tunnel with { Name = $"pqtunnel-{tunnel.Name}" };
            long sent = Stopwatch.GetTimestamp();
            await _client.Of(AnyKinds.Tunnel).PatchAsync(
                tunnel, Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["probe"] = new JsonObject { ["interval"] = "7s" } } }),
                cancellationToken: cancellationToken);
            answers.Add(Stopwatch.GetElapsedTime(sent));
            await Wait.UntilAsync($"the gateway of {tunnel} has changed", () => files.LastOf(gateway) is not null,
                ChangeLimit, cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(sent, files.LastOf(gateway)!.Value));
        }

        Add("change of a tunnel until its gateway's files have it, median", "ms", latencies.Percentile(0.5));
        Add("change of a tunnel until its gateway's files have it, 99th percentile", "ms", latencies.Percentile(0.99), 50);
        Add("of that the API server's answer to the change, median", "ms", answers.Percentile(0.5));
        Add("of that the API server's answer to the change, 99th percentile", "ms", answers.Percentile(0.99));
        await QuietAsync(running, 0, cancellationToken);
    }

    // The operator is held still until all pods have changed: then it hears of everything at once.
    private async Task StormAsync(OperatorUnderLoad running, CancellationToken cancellationToken)
    {
        Say($"{Plan.Tunnels} pods crash while the operator is held still");
        await using ChangeWatch tunnels = await ChangeWatch.StartAsync(_client, AnyKinds.Tunnel, cancellationToken);
        ProcessReading before = running.Read();
        OperatorReading calls = await running.MeasureAsync(cancellationToken);
        running.Signal(Stop);
        await _population.CrashPodsAsync(cancellationToken);
        Say("It goes on");
        running.Signal(Continue);
        long began = Stopwatch.GetTimestamp();
        double deepest = 0;
        long memory = 0;
        await Wait.UntilAsync("every tunnel's status tells of it", async () =>
        {
            deepest = Math.Max(deepest, (await running.TryMeasureAsync(cancellationToken))?.Depth ?? 0);
            memory = Math.Max(memory, running.Read().ResidentKiB);
            return tunnels.Count(TellsOfCrash).Count == Plan.Tunnels;
        }, Limit, cancellationToken, Poll);
        TimeSpan absorbed = Stopwatch.GetElapsedTime(began, tunnels.Count(TellsOfCrash).Last);
        await QuietAsync(running, 0, cancellationToken);
        OperatorReading after = await running.MeasureAsync(cancellationToken);
        Add($"storm of {Plan.Tunnels} transitions: every status written", "s", absorbed.TotalSeconds);
        Add("storm: deepest queue", "keys", deepest, Plan.Tunnels);
        Add("storm: most memory, resident", "MiB", memory / MiB);
        Add("storm: operator's CPU", "s", (running.Read().Cpu - before.Cpu).TotalSeconds);
        Add("storm: writes to the API server, with the Lease", "requests", after.Writes - calls.Writes);
    }

    private static bool TellsOfCrash(AnyObject tunnel) => tunnel.Status?["conditions"]?.AsArray()
        .Any(condition => (string?)condition?["type"] == "Ready" && (string?)condition?["reason"] == "GatewayNotRunning") == true;

    /// <summary>Waits until at least so many reconciles have ended, and for some seconds none waited, ran or ended.</summary>
    /// <returns>How long after its start the operator made its last step.</returns>
    private static async Task<TimeSpan> QuietAsync(OperatorUnderLoad running, int reconciles, CancellationToken cancellationToken)
    {
        const int quietPolls = 6;
        OperatorReading? last = null;
        TimeSpan since = default;
        int quiet = 0;
        await Wait.UntilAsync("the operator has nothing to do", async () =>
        {
            OperatorReading? now = await running.TryMeasureAsync(cancellationToken);
            bool still = now is { IsQuiet: true } && now.Worked >= reconciles && now.Worked == last?.Worked;
            if (!still)
                since = Stopwatch.GetElapsedTime(running.Started);
            quiet = still ? quiet + 1 : 0;
            last = now;
            return quiet >= quietPolls;
        }, Limit, cancellationToken, Poll);
        return since;
    }

    private void Add(string name, string unit, double ours, double? goal = null) => _results.Add(new GoalResult(name, unit, ours, goal));

    private void Say(string note) => _say(new OperatorReply(note));
}
