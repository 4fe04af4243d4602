using System.Net;
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

    /// <returns>Its tunnels; null where no daemon listens.</returns>
    public async Task<IReadOnlyList<TunnelSnapshot>?> StatusAsync(CancellationToken cancellation)
    {
        try
        {
            return await _http.GetFromJsonAsync(ControlRoutes.Tunnels, SnapshotJsonContext.Default.TunnelSnapshotArray, cancellation);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException)
        {
            return null;
        }
    }

    /// <summary>Asks for fresh keys; what comes of it shows in the status.</summary>
    /// <param name="tunnel">NAMESPACE/NAME.</param>
    /// <returns>False where no daemon listens, or none that serves the tunnel.</returns>
    public async Task<bool> RekeyAsync(string tunnel, RekeyKind kind, CancellationToken cancellation) =>
        await PostAsync(ControlRoutes.Of(tunnel, ControlRoutes.Rekey(kind)), cancellation) is not null;

    /// <summary>Returns when nothing of the tunnel is left.</summary>
    /// <param name="tunnel">NAMESPACE/NAME.</param>
    /// <returns>False where no daemon listens, or none that serves the tunnel.</returns>
    /// <exception cref="IOException">The daemon could not remove something; the message says what. It may be asked again.</exception>
    public async Task<bool> DownAsync(string tunnel, CancellationToken cancellation) =>
        await PostAsync(ControlRoutes.Of(tunnel, ControlRoutes.Down), cancellation) is not null;

    /// <summary>Has the daemon read its files again.</summary>
    /// <returns>A line for each change; null where no daemon listens.</returns>
    /// <exception cref="IOException">The files cannot be taken, or something could not be done; the message says what.</exception>
    public Task<string?> ReloadAsync(CancellationToken cancellation) => PostAsync(ControlRoutes.Reload, cancellation);

    /// <returns>The answer's text; null where nobody answers to the path.</returns>
    private async Task<string?> PostAsync(string path, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage answer = await _http.PostAsync(path, content: null, cancellation);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return null;
            string text = await answer.Content.ReadAsStringAsync(cancellation);
            return answer.IsSuccessStatusCode ? text : throw new IOException(text);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException)
        {
            return null;
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
