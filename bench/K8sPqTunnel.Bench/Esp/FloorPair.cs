using K8sPqTunnel.Bench.Floor;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Bench.Esp;

/// <summary>Two <see cref="OctetMover"/>s: what no data plane in user space can do without.</summary>
internal static class FloorPair
{
    /// <summary>Where a contender's version stands.</summary>
    public const string Name = "the same system calls alone";

    private const string Interface = "floor";

    /// <summary>As ours has it: what ESP in UDP leaves of 1,500 octets.</summary>
    private const int Mtu = 1438;

    /// <summary>A frame has to fit into one message.</summary>
    private const int LargestFrame = 60000;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    public static async Task<TunnelPair> StartAsync(EspStage stage, CancellationToken cancellationToken)
    {
        EspNetwork network = await stage.CreateNetworkAsync(cancellationToken);
        List<RunningCommand> ends = [];
        try
        {
            foreach ((Site site, string local, string remote, string address, string peer) in new[]
            {
                (network.Left, EspNetwork.LeftOuter, EspNetwork.RightOuter, EspNetwork.LeftInner, EspNetwork.RightNetwork),
                (network.Right, EspNetwork.RightOuter, EspNetwork.LeftOuter, EspNetwork.RightInner, EspNetwork.LeftNetwork),
            })
            {
                RunningCommand end = await site.Tools.StartAsync(stage.Load.Command("move", Interface, local, remote));
                ends.Add(end);
                await Wait.UntilAsync("the interface is there", () => HasBegun(end), StartLimit, cancellationToken);
                await site.IpAsync($"link set {Interface} mtu {Mtu} gso_max_size {LargestFrame} up", cancellationToken);
                await site.IpAsync($"route add {peer} dev {Interface} src {address}", cancellationToken);
            }
            await network.UntilUpAsync("the floor", cancellationToken);
        }
        catch
        {
            foreach (RunningCommand end in ends)
                await end.DisposeAsync();
            network.Dispose();
            throw;
        }
        return new TunnelPair(network, ends) { Version = Name, ProcessIds = [.. ends.Select(end => end.ProcessId)] };
    }

    private static bool HasBegun(RunningCommand end)
    {
        if (end.HasExited)
            throw new LabException($"The mover of octets ended at once: {end.Errors.Trim()}{end.Output.Trim()}");
        return end.Output.Contains(OctetMover.ReadyWord, StringComparison.Ordinal);
    }
}
