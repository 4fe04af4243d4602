using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Dataplane;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Which of our addresses faces the peer, and the peer's addresses in the order in which to try them.</summary>
/// <param name="Local">The source address that the host's routes choose for the first of <paramref name="Remotes"/>, unless it is configured.</param>
/// <param name="Remotes">IPv4 or IPv6, all of the family of <paramref name="Local"/>; none where the peer's address is not known beforehand.</param>
internal sealed record PeerRoute(IPAddress Local, IReadOnlyList<IPAddress> Remotes)
{
    /// <summary>Finds a tunnel's.</summary>
    /// <inheritdoc cref="FindAsync(IReadOnlyList{PeerAddress}, IPAddress, DataplaneKind, Action{IReadOnlyList{IPAddress}}, CancellationToken)"/>
    public static async Task<(PeerRoute? Route, string? Error)> FindAsync(
        TunnelSettings tunnel, DataplaneKind dataplane, Action<IReadOnlyList<IPAddress>> resolved, CancellationToken cancellation)
    {
        if (!tunnel.AwaitsStrangers)
            return await FindAsync(tunnel.PeerAddresses, tunnel.LocalAddress, dataplane, resolved, cancellation);
        return (tunnel.LocalAddress ?? OwnAddress.Towards(tunnel.PeerNetworks, dataplane)) is { } own
            ? (new PeerRoute(own, []), null)
            : (null, "this host's routes do not tell at which of its addresses peers come: write it as spec.local.address.");
    }

    /// <summary>Resolves the names among <paramref name="addresses"/> and asks the host's routes.</summary>
    /// <param name="own">Our address; null for the one that the routes choose.</param>
    /// <param name="dataplane">Whose block on clear traffic the question must pass.</param>
    /// <param name="resolved">
    /// Told the peer's addresses before the routes are asked: where one lies inside the tunnel's own networks, the data plane has to
    /// keep the way to it outside the tunnel first.
    /// </param>
    /// <returns>Null and a sentence where the peer has no address or the host no route.</returns>
    public static async Task<(PeerRoute? Route, string? Error)> FindAsync(
        IReadOnlyList<PeerAddress> addresses, IPAddress? own, DataplaneKind dataplane, Action<IReadOnlyList<IPAddress>> resolved, CancellationToken cancellation)
    {
        List<IPAddress> remotes = [];
        string? error = null;
        foreach (PeerAddress address in addresses)
        {
            (IPAddress[] found, string? why) = await ResolveAsync(address, cancellation);
            error ??= why;
            remotes.AddRange(found);
        }
        resolved(remotes);
        foreach (IPAddress remote in remotes)
        {
            IPAddress? local = own is null ? OwnAddress.Towards(remote, dataplane) : own.AddressFamily == remote.AddressFamily ? own : null;
            if (local is not null)
                return (new PeerRoute(local, [.. remotes.Where(other => other.AddressFamily == local.AddressFamily).Distinct()]), null);
            error ??= own is null
                ? $"this host has no route to the peer {remote}: check its routes, or spec.peer.addresses."
                : $"the peer {remote} is of another IP version than spec.local.address: make the two agree.";
        }
        return (null, error);
    }

    public bool Equals(PeerRoute? other) => other is not null && Local.Equals(other.Local) && Remotes.SequenceEqual(other.Remotes);

    public override int GetHashCode() => HashCode.Combine(Local, Remotes.Count);

    private static async Task<(IPAddress[] Found, string? Error)> ResolveAsync(PeerAddress address, CancellationToken cancellation)
    {
        if (address.Address is { } literal)
            return ([literal], null);
        try
        {
            return (await Dns.GetHostAddressesAsync(address.Text, cancellation), null);
        }
        catch (SocketException e)
        {
            return ([], $"the name \"{address.Text}\" of spec.peer.addresses does not resolve ({e.Message}): check the name and this host's DNS.");
        }
    }
}
