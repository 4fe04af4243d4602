using System.Net.Http.Json;
using System.Net.Sockets;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Control;

/// <summary>Asks a running daemon over its control socket.</summary>
public sealed class ControlClient : IDisposable
{
    private static readonly Uri Anywhere = new("http://pqtunnel/");

    private readonly HttpClient _http;

    public ControlClient(string socketPath) =>
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, cancellation) => ConnectAsync(socketPath, cancellation) })
        {
            BaseAddress = Anywhere,
        };

    /// <returns>Null where no daemon listens.</returns>
    public async Task<TunnelSnapshot?> StatusAsync(CancellationToken cancellation)
    {
        try
        {
            return await _http.GetFromJsonAsync(ControlRoutes.Status, SnapshotJsonContext.Default.TunnelSnapshot, cancellation);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException)
        {
            return null;
        }
    }

    /// <summary>Asks for fresh keys; what comes of it shows in the status.</summary>
    /// <returns>False where no daemon listens.</returns>
    public async Task<bool> RekeyAsync(RekeyKind kind, CancellationToken cancellation)
    {
        string route = kind == RekeyKind.Child ? ControlRoutes.RekeyChild : ControlRoutes.RekeyIke;
        try
        {
            using HttpResponseMessage answer = await _http.PostAsync(route, content: null, cancellation);
            return answer.EnsureSuccessStatusCode().IsSuccessStatusCode;
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException)
        {
            return false;
        }
    }

    /// <summary>Returns when nothing of the tunnel is left.</summary>
    /// <returns>False where no daemon listens.</returns>
    /// <exception cref="IOException">The daemon could not remove something; the message says what. It may be asked again.</exception>
    public async Task<bool> DownAsync(CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage answer = await _http.PostAsync(ControlRoutes.Down, content: null, cancellation);
            return answer.IsSuccessStatusCode ? true : throw new IOException(await answer.Content.ReadAsStringAsync(cancellation));
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
