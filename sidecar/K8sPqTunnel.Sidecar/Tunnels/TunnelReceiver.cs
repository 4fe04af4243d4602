using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Sidecar.Sockets;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Hands what the sockets hear to the IKE core or to the data plane.</summary>
/// <param name="lost">Told when a port is lost for good.</param>
internal sealed class TunnelReceiver(UserspaceDataplane dataplane, Action<IOException> lost) : IDatagramReceiver
{
    private IkeLoop? _loop;

    /// <summary>Where IKE messages go from now on; null drops them.</summary>
    public void Feed(IkeLoop? loop) => Volatile.Write(ref _loop, loop);

    /// <summary>Asks something of the IKE core, if there is one.</summary>
    public void Ask(Action<IkeConnection, TimeSpan> wish) => Volatile.Read(ref _loop)?.Ask(wish);

    public void ReceiveIke(in PeerPath path, ReadOnlySpan<byte> message) => Volatile.Read(ref _loop)?.Receive(path, message);

    public void ReceiveEsp(ReadOnlySpan<EspDatagram> packets) => dataplane.Receive(packets);

    public void Lose(SocketException reason) => lost(new IOException($"a UDP port is lost ({reason.Message}): restart the daemon", reason));
}
