using K8sPqTunnel.Bench.Load;
using K8sPqTunnel.Bench.Networks;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Networks;

namespace K8sPqTunnel.Bench.Handshakes;

/// <summary>Two network namespaces and a cable: the initiator's and the responder's.</summary>
internal sealed class BenchNetwork : IDisposable
{
    private readonly SitePair _sites;

    private BenchNetwork(SitePair sites) => _sites = sites;

    public Site Initiator => _sites.Left;

    public Site Responder => _sites.Right;

    /// <param name="root">The Debian 13 root.</param>
    public static async Task<BenchNetwork> CreateAsync(string root, Repository repository, CancellationToken cancellationToken) => new(
        await SitePair.CreateAsync(
            root,
            repository,
            new SiteEnd("initiator", BenchEnds.InitiatorAddress),
            new SiteEnd("responder", BenchEnds.ResponderAddress),
            cancellationToken));

    public void Dispose() => _sites.Dispose();
}
