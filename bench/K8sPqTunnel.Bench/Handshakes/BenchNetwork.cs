using K8sPqTunnel.Bench.Load;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Networks;

namespace K8sPqTunnel.Bench.Handshakes;

/// <summary>Two network namespaces and a cable: the initiator's and the responder's.</summary>
internal sealed class BenchNetwork : IDisposable
{
    private BenchNetwork(Site initiator, Site responder)
    {
        Initiator = initiator;
        Responder = responder;
    }

    public Site Initiator { get; }

    public Site Responder { get; }

    /// <param name="root">The Debian 13 root.</param>
    public static async Task<BenchNetwork> CreateAsync(string root, Repository repository, CancellationToken cancellationToken)
    {
        var network = new BenchNetwork(
            await Site.CreateAsync("initiator", root, repository.Binds, cancellationToken),
            await Site.CreateAsync("responder", root, repository.Binds, cancellationToken));
        try
        {
            await network.Initiator.ConnectAsync("wire", network.Responder, "wire", cancellationToken);
            await network.Initiator.IpAsync($"address add {BenchEnds.InitiatorAddress}/24 dev wire", cancellationToken);
            await network.Responder.IpAsync($"address add {BenchEnds.ResponderAddress}/24 dev wire", cancellationToken);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Initiator.Dispose();
        Responder.Dispose();
    }
}
