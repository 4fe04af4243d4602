using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Dataplane;

namespace K8sPqTunnel.Sidecar;

/// <summary>What a daemon that is gone has left of a tunnel.</summary>
public static class Leftovers
{
    /// <summary>Names (NAMESPACE/NAME) of the tunnels whose clear traffic is blocked here, whether or not a daemon serves them; none where the kernel does not tell.</summary>
    public static IReadOnlyList<string> List()
    {
        try
        {
            return GuardedTunnels.List();
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Removes it, found by the tunnel's name; nothing there is no fault. Touches nothing while a daemon serves the tunnel.</summary>
    /// <param name="tunnel">NAMESPACE/NAME.</param>
    public static bool TryRemove(string tunnel, [NotNullWhen(false)] out string? error)
    {
        try
        {
            if (GuardedTunnels.IsServed(tunnel))
            {
                error = $"tunnel \"{tunnel}\" is served by a daemon that does not answer here: name its control socket with --control, or stop it first.";
                return false;
            }
            GuardedTunnels.Remove(tunnel);
            error = null;
            return true;
        }
        catch (IOException e)
        {
            error = $"tunnel \"{tunnel}\": {e.Message}";
            return false;
        }
    }
}
