using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Guarding;

/// <summary>A peer whose outer address lies in the tunnel's own networks, reached by TCP (RFC 9329).</summary>
public sealed class TcpConversationTests : IDisposable
{
    private const int Port = 4500;
    private static readonly IPAddress Us = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Peer = IPAddress.Parse("192.0.2.2");
    private static readonly TunnelPolicy Policy = new("tcp", [IPNetwork.Parse("192.0.2.1/32")], [IPNetwork.Parse("192.0.2.2/32")]) { Tcp = true };

    private readonly NetworkNamespace _gateway = NetworkNamespace.Create();
    private readonly NetworkNamespace _remote = NetworkNamespace.Create();

    public TcpConversationTests() => NetworkNamespace.Join(_gateway, "wan0", "192.0.2.1/24", _remote, "eth0", "192.0.2.2/24");

    public void Dispose()
    {
        _gateway.Dispose();
        _remote.Dispose();
    }

    [Fact]
    public async Task Our_connection_to_the_peer_passes_the_guard_and_no_other()
    {
        await using UserspaceDataplane dataplane = Guarded(Policy);
        Assert.True(await ConnectsAsync(_gateway, Us, 0, _remote, Peer, Port));
        Assert.False(await ConnectsAsync(_gateway, Us, 0, _remote, Peer, 4501));
    }

    [Fact]
    public async Task The_peers_connection_to_us_passes_the_guard_and_no_other_not_even_from_the_same_port()
    {
        await using UserspaceDataplane dataplane = Guarded(Policy);
        Assert.True(await ConnectsAsync(_remote, Peer, 0, _gateway, Us, Port));
        Assert.False(await ConnectsAsync(_remote, Peer, 0, _gateway, Us, 4501));
        Assert.False(await ConnectsAsync(_remote, Peer, Port, _gateway, Us, 4501));
    }

    [Fact]
    public async Task Without_TCP_in_the_policy_no_connection_passes()
    {
        await using UserspaceDataplane dataplane = Guarded(Policy with { Tcp = false });
        Assert.False(await ConnectsAsync(_gateway, Us, 0, _remote, Peer, Port));
        Assert.False(await ConnectsAsync(_remote, Peer, 0, _gateway, Us, Port));
    }

    private UserspaceDataplane Guarded(TunnelPolicy policy)
    {
        var dataplane = new UserspaceDataplane(policy, new NoTransport(), new EspSpiPool(new SystemRandomSource()));
        _gateway.Run(() =>
        {
            dataplane.UsePeers([Peer], [500, Port]);
            dataplane.Guard();
        });
        return dataplane;
    }

    private static async Task<bool> ConnectsAsync(
        NetworkNamespace from, IPAddress source, int sourcePort, NetworkNamespace to, IPAddress destination, int port)
    {
        using Socket listener = to.Run(() => Bound(destination, port));
        listener.Listen();
        using Socket socket = from.Run(() => Bound(source, sourcePort));
        // What passes is there at once, however slow the machine; what is dropped has no answer to wait for.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1.5));
        try
        {
            await from.Run(() => socket.ConnectAsync(destination, port, patience.Token));
            using Socket accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken);
            await socket.SendAsync(new byte[] { 7 }, TestContext.Current.CancellationToken);
            return await accepted.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken) == 1;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private static Socket Bound(IPAddress address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }
}
