using System.Collections.Concurrent;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>The certificates of all cells: those of a kind are made once, by whoever needs them first.</summary>
internal sealed class Certificates
{
    private readonly ConcurrentDictionary<KeyKind, Task<(PeerCredentials Gateway, PeerCredentials Remote)>> _byKind = new();

    /// <summary>Of a kind, for our gateway and for the remote site. Where two ask for the first time at once, one makes them in vain.</summary>
    /// <param name="site">Where openssl runs.</param>
    public Task<(PeerCredentials Gateway, PeerCredentials Remote)> OfAsync(KeyKind kind, Site site, CancellationToken stop) =>
        _byKind.GetOrAdd(kind, _ => MakeAsync(kind, site, stop));

    private static async Task<(PeerCredentials Gateway, PeerCredentials Remote)> MakeAsync(KeyKind kind, Site site, CancellationToken stop)
    {
        PeerAuthority authority = await PeerAuthority.CreateAsync(kind, site, stop);
        return (await authority.IssueAsync(Connections.Remote.RemoteId, stop), await authority.IssueAsync(Connections.Remote.LocalId, stop));
    }
}
