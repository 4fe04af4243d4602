using K8sPqTunnel.Sidecar.Control;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>The daemons of this host, found by their control sockets, and the tunnels that they serve.</summary>
/// <param name="control">The only socket to look at; null for all that are there.</param>
internal sealed class RunningTunnels(string? control)
{
    /// <summary>All tunnels, or those of a name.</summary>
    /// <param name="name">NAME or NAMESPACE/NAME; null for all.</param>
    public async Task<IReadOnlyList<TunnelSnapshot>> ListAsync(string? name, CancellationToken cancellation)
    {
        List<TunnelSnapshot> tunnels = [];
        foreach (string path in Sockets())
        {
            using var daemon = new ControlClient(path);
            tunnels.AddRange(await daemon.StatusAsync(cancellation) ?? []);
        }

        return name is null ? tunnels : [.. tunnels.Where(tunnel => name == tunnel.Name || name == FullName(tunnel))];
    }

    /// <summary>A daemon answers, whether or not it serves any tunnel.</summary>
    public async Task<bool> IsAliveAsync(CancellationToken cancellation)
    {
        foreach (string path in Sockets())
        {
            using var daemon = new ControlClient(path);
            if (await daemon.StatusAsync(cancellation) is not null)
                return true;
        }

        return false;
    }

    /// <summary>Asks something of whichever daemon serves a tunnel.</summary>
    /// <param name="wish">Asks one daemon; false where it does not serve the tunnel, or does not answer.</param>
    public async Task<bool> AskAsync(Func<ControlClient, Task<bool>> wish)
    {
        foreach (string path in Sockets())
        {
            using var daemon = new ControlClient(path);
            if (await wish(daemon))
                return true;
        }

        return false;
    }

    /// <summary>The full name of the one running tunnel that is meant.</summary>
    /// <returns>Null and a sentence where there is none, or are several.</returns>
    public async Task<(string? Tunnel, string Error)> ResolveAsync(string name, CancellationToken cancellation) =>
        await ListAsync(name, cancellation) switch
        {
            [var only] => (FullName(only), ""),
            [] => (null, $"no tunnel \"{name}\" runs here: `pqtunnel status` shows those that do"),
            var several => (null, $"\"{name}\" names several tunnels: write {string.Join(" or ", several.Select(FullName))}"),
        };

    public static string FullName(TunnelSnapshot tunnel) => $"{tunnel.Namespace}/{tunnel.Name}";

    private IReadOnlyList<string> Sockets() => control is null ? ControlSocket.Find() : [control];
}
