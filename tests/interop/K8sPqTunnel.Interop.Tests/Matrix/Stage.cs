using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>A network with a running peer, which the cells of its key share one after the other.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private Stage(StageKey key, TunnelNetwork network, IPeer peer)
    {
        Key = key;
        Network = network;
        Peer = peer;
    }

    public StageKey Key { get; }

    public TunnelNetwork Network { get; }

    public IPeer Peer { get; }

    public static async Task<Stage> SetAsync(Realm realm, StageKey key, string folder, CancellationToken stop)
    {
        string root = await realm.RootAsync(key.Peer.Root, stop);
        TunnelNetwork network = await TunnelNetwork.CreateAsync(realm.Debian13, realm.Repository.Binds, stop, key.Nat);
        try
        {
            PeerConnection first = Connections.Of(network, key.Peer.Usual);
            IPeer peer = await key.Peer.Start(new PeerStart(root, network, first, key.FragmentSize, key.SignsAsBefore, folder, stop));
            return new Stage(key, network, peer);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Peer.DisposeAsync();
        Network.Dispose();
    }
}
