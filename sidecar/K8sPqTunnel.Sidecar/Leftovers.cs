using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Sidecar;

/// <summary>What a daemon that is gone has left of a tunnel.</summary>
public static class Leftovers
{
    /// <summary>Removes it, found by the tunnel's name; nothing there is no fault.</summary>
    public static bool TryRemove(TunnelSettings tunnel, [NotNullWhen(false)] out string? error)
    {
        try
        {
            UserspaceDataplane.Unguard(Tunnels.Tunnel.NameOnHost(tunnel));
            error = null;
            return true;
        }
        catch (IOException e)
        {
            error = $"tunnel \"{tunnel.Name}\": {e.Message}";
            return false;
        }
    }
}
