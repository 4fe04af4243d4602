using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Talks over real sockets between two namespaces.</summary>
/// <param name="client">Begins.</param>
/// <param name="server">Has the address.</param>
/// <param name="patience">How long anything may take; 20 s if null.</param>
internal sealed class InnerTraffic(NetworkNamespace client, IPAddress? from, NetworkNamespace server, IPAddress to, TimeSpan? patience = null)
{
    private const int MtuDiscover = 10;                                 // IP_MTU_DISCOVER
    private const int MtuDiscoverIpv6 = 23;                             // IPV6_MTU_DISCOVER
    private const int NeverFragment = 2;                                // IP_PMTUDISC_DO
    private const int Slice = 64 * 1024;

    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Repeat = TimeSpan.FromMilliseconds(100);

    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(Slice);

    private bool IsIpv6 => to.AddressFamily == AddressFamily.InterNetworkV6;

    private int Headers => (IsIpv6 ? 40 : 20) + 8;

    /// <summary>Sends octets by TCP there and then back, and fails where they do not arrive in time or not whole.</summary>
    public async Task TransferAsync(int slices)
    {
        using var limit = new CancellationTokenSource(_patience);
        using Socket listener = server.Run(() => new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(to, 0));
        listener.Listen();
        using Socket near = Make(client, SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndPoint!, limit.Token);
        using Socket far = await listener.AcceptAsync(limit.Token);
        await Task.WhenAll(SendAsync(near, slices, limit.Token), ReceiveAsync(far, slices, limit.Token));
        await Task.WhenAll(SendAsync(far, slices, limit.Token), ReceiveAsync(near, slices, limit.Token));
    }

    /// <summary>Sends an IP packet with UDP again and again until it arrives; where it must not be fragmented, until it is refused too.</summary>
    /// <param name="size">Octets of the packet.</param>
    /// <param name="mayFragment">Hosts and gateways may fragment it.</param>
    /// <returns>False where the sender was told that it is too large.</returns>
    public async Task<bool> TryDatagramAsync(int size, bool mayFragment)
    {
        using var limit = new CancellationTokenSource(_patience);
        using Socket far = server.Run(() => new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        far.Bind(new IPEndPoint(to, 0));
        using Socket near = Make(client, SocketType.Dgram, ProtocolType.Udp);
        await near.ConnectAsync(far.LocalEndPoint!, limit.Token);
        if (!mayFragment)
            near.SetRawSocketOption(IsIpv6 ? 41 : 0, IsIpv6 ? MtuDiscoverIpv6 : MtuDiscover, BitConverter.GetBytes(NeverFragment));
        byte[] payload = Content[..(size - Headers)];
        byte[] received = new byte[Slice];
        Task<int> arrival = far.ReceiveAsync(received.AsMemory(), SocketFlags.None, limit.Token).AsTask();
        while (true)
        {
            try
            {
                await near.SendAsync(payload, limit.Token);
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.MessageSize && mayFragment)
            {
                // Of one before: a connected socket hears of ICMP in any case. This one has not been sent.
                continue;
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.MessageSize)
            {
                await limit.CancelAsync();
                await Task.WhenAny(arrival);
                return false;
            }

            if (await Task.WhenAny(arrival, Task.Delay(Repeat, limit.Token)) != arrival)
            {
                Assert.False(limit.IsCancellationRequested, $"{size} octets{(mayFragment ? "" : " in one piece")}: nobody refused them, and they did not come");
                continue;
            }

            Assert.Equal(payload, received[..await arrival]);
            return true;
        }
    }

    private Socket Make(NetworkNamespace space, SocketType type, ProtocolType protocol)
    {
        Socket socket = space.Run(() => new Socket(to.AddressFamily, type, protocol));
        if (from is not null)
            socket.Bind(new IPEndPoint(from, 0));
        return socket;
    }

    private static async Task SendAsync(Socket socket, int slices, CancellationToken cancellation)
    {
        for (int i = 0; i < slices; i++)
        {
            for (int sent = 0; sent < Slice;)
                sent += await socket.SendAsync(Content.AsMemory(sent), cancellation);
        }
    }

    private static async Task ReceiveAsync(Socket socket, int slices, CancellationToken cancellation)
    {
        byte[] buffer = new byte[Slice];
        for (int i = 0; i < slices; i++)
        {
            for (int got = 0; got < Slice;)
            {
                int more = await socket.ReceiveAsync(buffer.AsMemory(got), cancellation);
                Assert.NotEqual(0, more);
                got += more;
            }
            Assert.Equal(Content, buffer);
        }
    }
}
