using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Grpc.Tests.Calls;

/// <summary>Carries one TCP connection to a port of the loopback until it is told to swallow everything, as a dead network does.</summary>
internal sealed class TcpRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private volatile bool _frozen;

    public TcpRelay(int target)
    {
        _listener.Start();
        _ = RunAsync(target);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Freeze() => _frozen = true;

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync(int target)
    {
        CancellationToken end = _end.Token;
        using TcpClient near = await _listener.AcceptTcpClientAsync(end);
        using var far = new TcpClient();
        await far.ConnectAsync(IPAddress.Loopback, target, end);
        await Task.WhenAll(CopyAsync(near.GetStream(), far.GetStream(), end), CopyAsync(far.GetStream(), near.GetStream(), end));
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, CancellationToken end)
    {
        byte[] buffer = new byte[65536];
        while (await from.ReadAsync(buffer, end) is > 0 and int length)
        {
            if (!_frozen)
                await to.WriteAsync(buffer.AsMemory(0, length), end);
        }
    }
}
