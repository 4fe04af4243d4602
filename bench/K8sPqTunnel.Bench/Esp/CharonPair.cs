using K8sPqTunnel.Bench.Suites;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Bench.Esp;

/// <summary>Two strongSwans with kernel-libipsec, their data plane in user space.</summary>
internal static class CharonPair
{
    public static async Task<TunnelPair> StartAsync(EspStage stage, CancellationToken cancellationToken)
    {
        EspNetwork network = await stage.CreateNetworkAsync(cancellationToken);
        var connection = new PeerConnection
        {
            LocalAddress = EspNetwork.RightOuter,
            RemoteAddress = EspNetwork.LeftOuter,
            LocalId = "right",
            RemoteId = "left",
            Psk = "a key that only the benchmark uses, 32+ octets",
            IkeProposal = Suite.X25519MlKem768.Keywords,
            EspProposal = Suite.EspKeywords,
            LocalNetwork = EspNetwork.RightNetwork,
            RemoteNetwork = EspNetwork.LeftNetwork,
        };
        StrongSwan right = await StrongSwan.StartAsync(
            stage.StrongSwan, network.Right, connection.ToSwanctl(), Path.Combine(stage.Folder, "charon-right"), cancellationToken);
        StrongSwan left = await StrongSwan.StartAsync(
            stage.StrongSwan, network.Left, Turned(connection).ToSwanctl(), Path.Combine(stage.Folder, "charon-left"), cancellationToken);
        var pair = new TunnelPair(network, [left, right])
        {
            Version = $"{left.Version} kernel-libipsec",
            ProcessIds = [left.ProcessId, right.ProcessId],
        };
        try
        {
            (await left.InitiateAsync(cancellationToken)).EnsureSuccess();
            await network.UntilUpAsync("strongSwan's tunnel", cancellationToken);
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    private static PeerConnection Turned(PeerConnection connection) => connection with
    {
        LocalAddress = connection.RemoteAddress,
        RemoteAddress = connection.LocalAddress,
        LocalId = connection.RemoteId,
        RemoteId = connection.LocalId,
        LocalNetwork = connection.RemoteNetwork,
        RemoteNetwork = connection.LocalNetwork,
    };
}
