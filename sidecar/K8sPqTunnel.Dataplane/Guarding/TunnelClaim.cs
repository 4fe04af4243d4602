using System.Net.Sockets;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>One process's hold on a tunnel in this network namespace, by which others see that it is served; gone with the process, however that ends.</summary>
/// <remarks>A Unix socket in the abstract name space, which each network namespace has for itself (unix(7)). Nobody talks to it.</remarks>
internal sealed class TunnelClaim : IDisposable
{
    private readonly Socket _socket;

    private TunnelClaim(Socket socket) => _socket = socket;

    /// <exception cref="IOException">Another process has it.</exception>
    public static TunnelClaim Take(TunnelNames names) => TryTake(names)
        ?? throw new IOException($"tunnel \"{names.Tunnel}\" is in use: another daemon runs this tunnel here; stop it first");

    public static bool IsTaken(TunnelNames names)
    {
        using TunnelClaim? free = TryTake(names);
        return free is null;
    }

    public void Dispose() => _socket.Dispose();

    private static TunnelClaim? TryTake(TunnelNames names)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint($"\0{names.NftTable}"));
            return new TunnelClaim(socket);
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            return null;
        }
    }
}
