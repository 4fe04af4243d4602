using System.Text.Json;
using K8sPqTunnel.Bench.Load;
using K8sPqTunnel.Bench.Respond;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Bench.Peers;

/// <summary>Our responder, running in a site's network.</summary>
internal sealed class OurResponder : IMeasured
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private readonly RunningCommand _process;

    private OurResponder(RunningCommand process) => _process = process;

    public int ProcessId => _process.ProcessId;

    public string Version => "our core";

    public static async Task<OurResponder> StartAsync(BenchProgramFile program, Site site, RespondOrder order, CancellationToken cancellationToken)
    {
        RunningCommand process = await site.Tools.StartAsync(program.Command("respond", JsonSerializer.Serialize(order, LoadJson.Default.RespondOrder)));
        try
        {
            await Wait.UntilAsync("our responder listens", () => IsListening(process), StartLimit, cancellationToken);
            return new OurResponder(process);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static bool IsListening(RunningCommand process)
    {
        if (process.HasExited)
            throw new LabException($"Our responder ended at once: {process.Errors.Trim()}");
        return process.Output.Contains("listening", StringComparison.Ordinal);
    }
}
