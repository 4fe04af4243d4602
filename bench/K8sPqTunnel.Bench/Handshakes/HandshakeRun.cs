using System.Globalization;
using System.Text.Json;
using K8sPqTunnel.Bench.Load;
using K8sPqTunnel.Bench.Measuring;
using K8sPqTunnel.Bench.Peers;
using K8sPqTunnel.Bench.Suites;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.Handshakes;

/// <summary>Single measurements, each on processes of its own.</summary>
internal sealed class HandshakeRun(HandshakeStage stage, BenchNetwork network, StepRunner steps, HandshakePlan plan)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>A responder under the load of our initiator.</summary>
    /// <param name="memoryAt">Numbers of SAs at which memory is read; empty to measure speed.</param>
    public Task<RunOutcome> RespondAsync(Contender contender, Suite suite, IReadOnlyList<int> memoryAt, CancellationToken cancellationToken) =>
        steps.RunAsync($"{contender.Name} responds, {suite.Name}", async step =>
        {
            await using IMeasured responder = await contender.StartAsync(suite, cancellationToken);
            Affinity.Pin(responder.ProcessId, Affinity.ResponderProcessor);
            var order = new LoadOrder
            {
                Suite = Suite.All.IndexOf(suite),
                LocalAddress = BenchEnds.InitiatorAddress,
                RemoteAddress = BenchEnds.ResponderAddress,
                WarmUp = memoryAt.Count > 0 ? 0 : plan.WarmUp,
                Count = memoryAt.Count > 0 ? memoryAt[^1] : plan.Count,
                Window = HandshakePlan.Window,
                ResponderProcess = responder.ProcessId,
                MemoryAt = memoryAt,
            };
            CommandResult load = await network.Initiator.RunAsync(
                stage.Program.Command("load", JsonSerializer.Serialize(order, LoadJson.Default.LoadOrder)), cancellationToken);
            LoadOutcome outcome = JsonSerializer.Deserialize(load.EnsureSuccess().Output, LoadJson.Default.LoadOutcome)!;
            step.Note = string.Create(CultureInfo.InvariantCulture,
                $"{responder.Version} {1e3 * outcome.ResponderCpuSeconds / outcome.Handshakes:0.000} ms, our initiator {1e3 * outcome.OwnCpuSeconds / outcome.Handshakes:0.000} ms of CPU each; {outcome.Failures} failed, {outcome.Repeats} repeats");
            return new RunOutcome(responder.Version, outcome);
        });

    /// <summary>charon as an initiator, from its start until all is up.</summary>
    public Task<InitiatorOutcome> InitiateByCharonAsync(Contender contender, Suite suite, CancellationToken cancellationToken) =>
        steps.RunAsync($"charon initiates, {suite.Name}", async step =>
        {
            await using IMeasured responder = await contender.StartAsync(suite, cancellationToken);
            TimeSpan startUp = await StartUpAsync(suite, cancellationToken);
            await using Charon initiator = await StartInitiatorAsync(suite, plan.Count, cancellationToken);
            TimeSpan cpu = await UntilIdleAsync(initiator, cancellationToken);
            int established = await initiator.CountSasAsync(cancellationToken);
            if (established == 0)
                throw new LabException($"charon set up no IKE SA with {responder.Version} ({suite.Keywords}).");
            var outcome = new InitiatorOutcome(established, (cpu - startUp).TotalSeconds);
            step.Note = string.Create(CultureInfo.InvariantCulture,
                $"{initiator.Version} {1e3 * outcome.CpuSeconds / outcome.Handshakes:0.000} ms of CPU each; {established} of {plan.Count} up");
            return outcome;
        });

    private async Task<TimeSpan> StartUpAsync(Suite suite, CancellationToken cancellationToken)
    {
        await using Charon idle = await StartInitiatorAsync(suite, initiate: 0, cancellationToken);
        return ProcessReading.Of(idle.ProcessId).Cpu;
    }

    private Task<Charon> StartInitiatorAsync(Suite suite, int initiate, CancellationToken cancellationToken) =>
        Charon.StartAsync(stage.StrongSwan, stage.LoadTester, network.Initiator, suite, stage.Folder, initiate, cancellationToken);

    // There is no word from charon when its load-tester is done.
    private static async Task<TimeSpan> UntilIdleAsync(Charon charon, CancellationToken cancellationToken)
    {
        TimeSpan cpu = TimeSpan.Zero, last;
        do
        {
            last = cpu;
            await Task.Delay(Look, cancellationToken);
            cpu = ProcessReading.Of(charon.ProcessId).Cpu;
        }
        while (cpu > last);
        return cpu;
    }
}
