using K8sPqTunnel.Lab.Guests;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>What a peer is started with.</summary>
/// <param name="Root">Its root.</param>
/// <param name="Network">Its remote site is the peer's.</param>
/// <param name="Connection">Its first connection.</param>
/// <param name="FragmentSize">Octets of an IP packet beyond which it fragments IKE messages, where it can be told.</param>
/// <param name="SignsAsBefore">It knows no RFC 7427, where its daemon can be told.</param>
/// <param name="Folder">Its configuration and log.</param>
internal sealed record PeerStart(
    string Root, TunnelNetwork Network, PeerConnection Connection, int FragmentSize, bool SignsAsBefore, string Folder, CancellationToken Stop)
{
    /// <summary>Boots a guest in the remote site's place.</summary>
    public async Task<Guest> BootAsync()
    {
        Guest guest = await Guest.StartAsync(Root, Network.Remote, TunnelNetwork.Wire, Folder, Stop);
        await Network.HandRemoteOverAsync(guest, Stop);
        return guest;
    }
}
