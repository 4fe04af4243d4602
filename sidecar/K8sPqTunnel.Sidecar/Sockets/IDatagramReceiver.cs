using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>Takes what an <see cref="IkePort"/> hears, on the port's own thread.</summary>
internal interface IDatagramReceiver
{
    /// <summary>An IKE message without non-ESP marker; <paramref name="message"/> is valid only during the call.</summary>
    void ReceiveIke(in PeerPath path, ReadOnlySpan<byte> message);

    /// <summary>ESP packets; <paramref name="packets"/> is valid only during the call.</summary>
    void ReceiveEsp(ReadOnlySpan<EspDatagram> packets);

    /// <summary>The port hears nothing any more, for a reason that does not pass.</summary>
    void Lose(SocketException reason);
}
