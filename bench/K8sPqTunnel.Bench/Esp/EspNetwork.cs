using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Bench.Esp;

/// <summary>Two network namespaces and a cable; each end has an address that only a tunnel leads to.</summary>
internal sealed class EspNetwork : IDisposable
{
    public const string LeftOuter = "10.9.0.1";
    public const string RightOuter = "10.9.0.2";
    public const string LeftInner = "10.1.0.1";
    public const string RightInner = "10.2.0.1";
    public const string LeftNetwork = "10.1.0.0/24";
    public const string RightNetwork = "10.2.0.0/24";

    private static readonly TimeSpan UpLimit = TimeSpan.FromSeconds(30);

    private EspNetwork(Site left, Site right)
    {
        Left = left;
        Right = right;
    }

    public Site Left { get; }

    public Site Right { get; }

    /// <param name="root">The Debian 13 root.</param>
    public static async Task<EspNetwork> CreateAsync(string root, Repository repository, CancellationToken cancellationToken)
    {
        var network = new EspNetwork(
            await Site.CreateAsync("left", root, repository.Binds, cancellationToken),
            await Site.CreateAsync("right", root, repository.Binds, cancellationToken));
        try
        {
            await network.Left.ConnectAsync("wire", network.Right, "wire", cancellationToken);
            await network.Left.IpAsync($"address add {LeftOuter}/24 dev wire", cancellationToken);
            await network.Right.IpAsync($"address add {RightOuter}/24 dev wire", cancellationToken);
            await network.Left.IpAsync($"address add {LeftInner}/32 dev lo", cancellationToken);
            await network.Right.IpAsync($"address add {RightInner}/32 dev lo", cancellationToken);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Waits until a ping comes through.</summary>
    /// <exception cref="LabException">None did in time.</exception>
    public Task UntilUpAsync(string tunnel, CancellationToken cancellationToken) => Wait.UntilAsync(
        $"{tunnel} passes packets",
        async () => (await Left.RunAsync(new Command("ping", "-n", "-q", "-c", "1", "-W", "1", "-I", LeftInner, RightInner), cancellationToken)).Succeeded,
        UpLimit, cancellationToken);

    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
    }
}
