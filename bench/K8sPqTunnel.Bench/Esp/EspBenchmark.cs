using System.Globalization;
using K8sPqTunnel.Bench.Results;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.Esp;

/// <summary>What the user-space data planes carry between two namespaces: ours, strongSwan's, wireguard-go, and the cable without any.</summary>
internal sealed class EspBenchmark(Repository repository, StepRunner steps, EspPlan plan)
{
    private const double GoalAgainstCharon = 10;
    private const double GoalAgainstWireGuard = 1.5;

    private static readonly EspContender Ours = new("ours", OurPair.StartAsync);
    private static readonly EspContender Charon = new("kernel-libipsec", CharonPair.StartAsync);
    private static readonly EspContender WireGuard = new("wireguard-go", WireGuardPair.StartAsync);
    private static readonly EspContender Raw = new("bare veth", RawPath.StartAsync);
    private static readonly EspContender Floor = new("system calls alone", FloorPair.StartAsync);

    private readonly Dictionary<(EspContender, EspLoad), EspMeasurement> _best = [];
    private readonly Dictionary<EspContender, string> _versions = [];
    private double _cipherOctetsPerSecond;

    /// <summary>What the figures say should be made faster next.</summary>
    public IReadOnlyList<string> Conclusions { get; private set; } = [];

    public async Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancellationToken)
    {
        EspStage stage = await EspStage.PrepareAsync(repository, steps, cancellationToken);
        for (int round = 0; round < plan.Rounds; round++)
        {
            foreach (EspContender contender in (EspContender[])[Ours, Charon, WireGuard, Raw, Floor])
                await MeasureAsync(stage, contender, cancellationToken);
        }

        CpuShares[] shares = [.. plan.Loads.Where(load => load.IsTcp).Select(load =>
            new CpuShares(load, _best[(Ours, load)], _best[(Floor, load)], _cipherOctetsPerSecond))];
        Conclusions = [.. shares.Select(share => share.NextBottleneck())];
        return [.. plan.Loads.SelectMany(Compare), .. shares.SelectMany(share => share.Results())];
    }

    private async Task MeasureAsync(EspStage stage, EspContender contender, CancellationToken cancellationToken)
    {
        await using TunnelPair tunnel = await steps.RunAsync($"{contender.Name}: tunnel", async step =>
        {
            TunnelPair started = await contender.StartAsync(stage, cancellationToken);
            step.Note = _versions[contender] = started.Version;
            return started;
        });
        if (contender == Raw)
            _cipherOctetsPerSecond = Math.Max(_cipherOctetsPerSecond, await CipherSpeed.MeasureAsync(tunnel.Network.Left, cancellationToken));
        var run = new EspRun(stage, tunnel, plan.Seconds);
        foreach (EspLoad load in plan.Loads.Where(load => load.IsTcp || contender != Floor))
        {
            EspMeasurement measured = await steps.RunAsync($"{contender.Name}: {load.Title}", async step =>
            {
                EspMeasurement result = await run.MeasureAsync(load, cancellationToken);
                step.Note = string.Create(CultureInfo.InvariantCulture,
                    $"{result.BitsPerSecond / 1e9:0.00} Gb/s, {result.PacketsPerSecond / 1e3:0} k packets/s, {result.CpuSeconds:0.00} CPU, ping {result.MedianLatency:0.0} ms");
                return result;
            });
            if (!_best.TryGetValue((contender, load), out EspMeasurement? best) || measured.BitsPerSecond > best.BitsPerSecond)
                _best[(contender, load)] = measured;
        }
    }

    private IEnumerable<BenchResult> Compare(EspLoad load)
    {
        EspMeasurement ours = _best[(Ours, load)];
        foreach ((EspContender peer, double? goal) in ((EspContender, double?)[])[(Charon, GoalAgainstCharon), (WireGuard, GoalAgainstWireGuard), (Raw, null)])
        {
            EspMeasurement theirs = _best[(peer, load)];
            string version = _versions[peer];
            yield return BenchResult.MoreIsBetter(
                load.Title, "Gb/s", ours.BitsPerSecond / 1e9, theirs.BitsPerSecond / 1e9, version, load.IsTcp ? goal : null);
            if (!load.IsTcp)
                yield return BenchResult.MoreIsBetter(load.Title, "packets/s", ours.PacketsPerSecond, theirs.PacketsPerSecond, version, null);
            if (peer != Raw)
                yield return CompareCpu(load, ours, theirs, version);
            yield return BenchResult.LessIsBetter($"{load.Title}, median ping", "ms", ours.MedianLatency, theirs.MedianLatency, version, null);
            yield return BenchResult.LessIsBetter($"{load.Title}, 99th percentile ping", "ms", ours.P99Latency, theirs.P99Latency, version, null);
        }
    }

    private static BenchResult CompareCpu(EspLoad load, EspMeasurement ours, EspMeasurement theirs, string version) => load.IsTcp
        ? BenchResult.LessIsBetter($"{load.Title}, CPU of both ends", "s/GB", ours.CpuSecondsPerGigabyte, theirs.CpuSecondsPerGigabyte, version, null)
        : BenchResult.LessIsBetter(
            $"{load.Title}, CPU of both ends", "us/packet", ours.CpuMicrosecondsPerPacket, theirs.CpuMicrosecondsPerPacket, version, null);
}
