using K8sPqTunnel.Bench.Networks;
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

    private readonly SitePair _sites;

    private EspNetwork(SitePair sites) => _sites = sites;

    public Site Left => _sites.Left;

    public Site Right => _sites.Right;

    /// <param name="root">The Debian 13 root.</param>
    public static async Task<EspNetwork> CreateAsync(string root, Repository repository, CancellationToken cancellationToken) => new(
        await SitePair.CreateAsync(
            root, repository, new SiteEnd("left", LeftOuter, LeftInner), new SiteEnd("right", RightOuter, RightInner), cancellationToken));

    /// <summary>Waits until a ping comes through.</summary>
    /// <exception cref="LabException">None did in time.</exception>
    public Task UntilUpAsync(string tunnel, CancellationToken cancellationToken) => Wait.UntilAsync(
        $"{tunnel} passes packets",
        async () => (await Left.RunAsync(new Command("ping", "-n", "-q", "-c", "1", "-W", "1", "-I", LeftInner, RightInner), cancellationToken)).Succeeded,
        UpLimit, cancellationToken);

    public void Dispose() => _sites.Dispose();
}
