using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace K8sPqTunnel.Sidecar.Gateways;

/// <summary>One daemon of a gateway at a time in a network namespace: at a rollout the new pod is up and waits here until the old one has let go.</summary>
/// <remarks>An abstract Unix socket (unix(7)): it belongs to the network namespace, and the kernel frees it with the process, however that ends.</remarks>
internal sealed class NodeLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Socket _socket;

    private NodeLock(Socket socket) => _socket = socket;

    /// <summary>Waits for the predecessor's end.</summary>
    /// <param name="name">The same for the pods of one gateway.</param>
    /// <param name="waiting">Told once, when there is a predecessor.</param>
    public static async Task<NodeLock> TakeAsync(string name, Action waiting, TimeProvider time, CancellationToken cancellation)
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..32];
        var address = new UnixDomainSocketEndPoint($"\0pqtunnel-gateway-{digest}");
        bool told = false;
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            try
            {
                socket.Bind(address);
                return new NodeLock(socket);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                socket.Dispose();
            }

            if (!told)
                waiting();
            told = true;
            await Task.Delay(Pause, time, cancellation);
        }
    }

    public void Dispose() => _socket.Dispose();
}
