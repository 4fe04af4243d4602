using K8sPqTunnel.Bench.Load;
using K8sPqTunnel.Bench.Measuring;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Bench.Peers;

/// <summary>The daemon itself with one tunnel whose peer does not answer: what every gateway takes before it carries anything.</summary>
internal sealed class IdleDaemon : IAsyncDisposable
{
    /// <summary>In the benchmark's network, and nobody's.</summary>
    private const string Nobody = "10.9.0.99";

    private const string Tunnel = $"""
        apiVersion: pqtunnel.io/v1alpha1
        kind: IpsecTunnel
        metadata:
          name: idle
          namespace: bench
        spec:
          peer:
            profile: StrongSwan
            addresses: [{Nobody}]
            id: nobody.bench.example
          local:
            id: idle.bench.example
          authentication:
            psk:
              secretRef:
                name: idle-psk
                key: psk
          traffic:
            mode: Policy
            local: [{BenchEnds.InitiatorNetwork}]
            remote: [{BenchEnds.ResponderNetwork}]
        ---
        apiVersion: v1
        kind: Secret
        metadata:
          name: idle-psk
          namespace: bench
        stringData:
          psk: {BenchEnds.Psk}
        """;

    private const string ReadyWord = "no answer";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);
    private readonly RunningCommand _process;

    private IdleDaemon(RunningCommand process) => _process = process;

    public long ResidentKiB => ProcessReading.Of(_process.ProcessId).ResidentKiB;

    /// <summary>Starts it and waits until its first attempt has failed: by then all its parts have been at work.</summary>
    /// <param name="folder">Gets the tunnel's YAML.</param>
    public static async Task<IdleDaemon> StartAsync(BenchProgramFile program, Site site, string folder, CancellationToken cancellationToken)
    {
        string file = Path.Combine(folder, "idle.yaml");
        await File.WriteAllTextAsync(file, Tunnel, cancellationToken);
        RunningCommand process = await site.Tools.StartAsync(program.Command("up", "-f", file));
        try
        {
            await Wait.UntilAsync("the daemon has missed its peer", () => HasMissedItsPeer(process), StartLimit, cancellationToken);
            return new IdleDaemon(process);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static bool HasMissedItsPeer(RunningCommand process)
    {
        string said = process.Output + process.Errors;
        if (process.HasExited)
            throw new LabException($"The daemon ended at once: {said.Trim()}");
        return said.Contains(ReadyWord, StringComparison.OrdinalIgnoreCase);
    }
}
