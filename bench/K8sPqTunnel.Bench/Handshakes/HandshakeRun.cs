using System.Diagnostics;
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
    /// <summary>A responder under the load of our initiator.</summary>
    /// <param name="memoryAt">Numbers of SAs at which memory is read; empty to measure speed.</param>
    public Task<RunOutcome> RespondAsync(Contender contender, Trial trial, IReadOnlyList<int> memoryAt, CancellationToken cancellationToken) =>
        steps.RunAsync($"{contender.Name} responds, {trial.Name}", async step =>
        {
            await using IMeasured responder = await contender.StartAsync(trial, cancellationToken);
            Affinity.Pin(responder.ProcessId, Affinity.ResponderProcessor);
            var order = new LoadOrder
            {
                Trial = Trial.All.IndexOf(trial),
                Credentials = stage.CredentialsOf(trial),
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

    /// <summary>charon as an initiator.</summary>
    public Task<InitiatorOutcome> InitiateByCharonAsync(Contender contender, Trial trial, CancellationToken cancellationToken) =>
        steps.RunAsync($"charon {trial.Release} initiates, {trial.Name}", async step =>
        {
            await using IMeasured responder = await contender.StartAsync(trial, cancellationToken);
            Affinity.Pin(responder.ProcessId, Affinity.ResponderProcessor);
            await using Charon initiator = await Charon.StartAsync(
                stage.Charons[trial.Release], network.Initiator, trial, Path.Combine(stage.Folder, "initiator"), stage.CredentialsOf(trial), isResponder: false, cancellationToken);
            Affinity.Pin(initiator.ProcessId, processor: 0);
            await LoadTesterControl.InitiateAsync(initiator.ProcessId, HandshakePlan.Window, HandshakePlan.Window, cancellationToken);
            TimeSpan before = ProcessReading.Of(initiator.ProcessId).Cpu;
            long begun = Stopwatch.GetTimestamp();
            int established = await LoadTesterControl.InitiateAsync(initiator.ProcessId, plan.Count, HandshakePlan.Window, cancellationToken);
            TimeSpan wall = Stopwatch.GetElapsedTime(begun);
            if (established == 0)
                throw new LabException($"charon set up no IKE SA with {responder.Version} ({trial.Name}).");
            var outcome = new InitiatorOutcome(established, (ProcessReading.Of(initiator.ProcessId).Cpu - before).TotalSeconds, wall.TotalSeconds);
            step.Note = string.Create(CultureInfo.InvariantCulture,
                $"{initiator.Version} {1e3 * outcome.CpuSeconds / outcome.Handshakes:0.000} ms of CPU each; {established} of {plan.Count} up");
            return outcome;
        });
}
