using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>Takes what an <see cref="IkePort"/> hears, on the port's own threads: IKE messages one after the other, ESP packets side by side.</summary>
internal interface IDatagramReceiver
{
    /// <summary>An IKE message without non-ESP marker; <paramref name="message"/> is valid only during the call.</summary>
    void ReceiveIke(in PeerPath path, ReadOnlySpan<byte> message);

    /// <summary>Room for ESP packets on their way in.</summary>
    OpenedBatch CreateBatch();

    /// <summary>The first step of ESP packets; the caller takes the others, in order.</summary>
    /// <inheritdoc cref="IEspReceiver.Open"/>
    void OpenEsp(ReadOnlySpan<EspDatagram> packets, OpenedBatch opened);

    /// <summary>The port hears nothing any more, for a reason that does not pass.</summary>
    void Lose(SocketException reason);
}
