using K8sPqTunnel.Bench.Measuring;

namespace K8sPqTunnel.Bench.Esp;

/// <summary>A tunnel that is up, and what it is made of; disposing takes it down.</summary>
/// <param name="network">Its two ends.</param>
/// <param name="parts">Its daemons and what they run in, the first to end first.</param>
internal sealed class TunnelPair(EspNetwork network, IReadOnlyList<IAsyncDisposable> parts) : IAsyncDisposable
{
    public EspNetwork Network { get; } = network;

    /// <summary>The load goes from here to <see cref="To"/>.</summary>
    public string From { get; init; } = EspNetwork.LeftInner;

    public string To { get; init; } = EspNetwork.RightInner;

    /// <summary>Name and version of what carries the packets.</summary>
    public required string Version { get; init; }

    /// <summary>The processes that do; empty where the kernel does.</summary>
    public IReadOnlyList<int> ProcessIds { get; init; } = [];

    /// <summary>Their user and system time so far, in seconds.</summary>
    public (double User, double Kernel) ReadCpu()
    {
        ProcessReading[] readings = [.. ProcessIds.Select(ProcessReading.Of)];
        return (readings.Sum(reading => reading.User.TotalSeconds), readings.Sum(reading => reading.Kernel.TotalSeconds));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable part in parts)
            await part.DisposeAsync();
        Network.Dispose();
    }
}
