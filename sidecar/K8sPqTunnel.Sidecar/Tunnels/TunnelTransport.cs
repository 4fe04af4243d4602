using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Sidecar.Sockets;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>One tunnel's way outside over the shared sockets, with a count of what could not go.</summary>
internal sealed class TunnelTransport(Underlay underlay) : IEspTransport
{
    private long _unsent;

    /// <summary>Datagrams that found no open port, or that the network refused.</summary>
    public long Unsent => Interlocked.Read(ref _unsent);

    public void SendIke(in PeerPath path, ReadOnlySpan<byte> message) => Count(underlay.SendIke(path, message));

    public void SendIkeWhole(in PeerPath path, ReadOnlySpan<byte> message) => underlay.SendIkeWhole(path, message);

    public void SendKeepalive(in PeerPath path) => underlay.SendKeepalive(path);

    public void Send(ReadOnlySpan<EspDatagram> batch) => Count(underlay.SendEsp(batch));

    private void Count(int refused)
    {
        if (refused > 0)
            Interlocked.Add(ref _unsent, refused);
    }
}
