using System.Collections.Concurrent;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Sidecar.Sockets;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Carries out what concerns peers that have not proved yet whom they are: no tunnel is theirs, so there are answers and news, but no SAs.</summary>
/// <param name="tunnels">Where the news go, by the name of the tunnel that a peer seems to mean.</param>
internal sealed class StrangerOutput(Underlay underlay, ConcurrentDictionary<string, IIkeOutput> tunnels) : IIkeOutput
{
    public void Send(in PeerPath path, ReadOnlySpan<byte> message) => underlay.SendIke(path, message);

    public void Report(IkeEvent ikeEvent)
    {
        if (tunnels.TryGetValue(ikeEvent.Connection, out IIkeOutput? tunnel))
            tunnel.Report(ikeEvent);
    }

    public void InstallInbound(ChildSa sa) => throw Unproved();

    public void InstallOutbound(ChildSa sa) => throw Unproved();

    public void Move(ChildSa sa, in PeerPath path) => throw Unproved();

    public void Remove(ChildSa sa) => throw Unproved();

    private static InvalidOperationException Unproved() => new("a peer that has proved nothing has no child SA");
}
