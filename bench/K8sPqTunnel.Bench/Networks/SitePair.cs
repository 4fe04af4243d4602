using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Networks;

namespace K8sPqTunnel.Bench.Networks;

/// <summary>Two network namespaces and a cable between them.</summary>
internal sealed class SitePair : IDisposable
{
    private const string Wire = "wire";

    private SitePair(Site left, Site right)
    {
        Left = left;
        Right = right;
    }

    public Site Left { get; }

    public Site Right { get; }

    /// <param name="root">The Debian 13 root.</param>
    public static async Task<SitePair> CreateAsync(
        string root, Repository repository, SiteEnd left, SiteEnd right, CancellationToken cancellationToken)
    {
        var pair = new SitePair(
            await Site.CreateAsync(left.Name, root, repository.Binds, cancellationToken),
            await Site.CreateAsync(right.Name, root, repository.Binds, cancellationToken));
        try
        {
            await pair.Left.ConnectAsync(Wire, pair.Right, Wire, cancellationToken);
            await AddressAsync(pair.Left, left, cancellationToken);
            await AddressAsync(pair.Right, right, cancellationToken);
            return pair;
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
    }

    private static async Task AddressAsync(Site site, SiteEnd end, CancellationToken cancellationToken)
    {
        await site.IpAsync($"address add {end.Outer}/24 dev {Wire}", cancellationToken);
        if (end.Inner is not null)
            await site.IpAsync($"address add {end.Inner}/32 dev lo", cancellationToken);
    }
}
