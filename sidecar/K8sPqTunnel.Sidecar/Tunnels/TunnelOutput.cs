using System.Net;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Sidecar.Sockets;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Carries the IKE core's outputs out: messages to the sockets, SAs to the data plane, events to the board.</summary>
/// <param name="moved">Told where the peer is from now on, before anything is sent there.</param>
internal sealed class TunnelOutput(
    Underlay underlay, IDataplane dataplane, TunnelObserver observer, NatKeepalive keepalive, TunnelProbe? probe, Action<IPAddress> moved) : IIkeOutput
{
    private TaskCompletionSource _peerLost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the peer stopped answering: time to ask whether its name or our address has changed.</summary>
    public Task PeerLost => Volatile.Read(ref _peerLost).Task;

    /// <summary>Makes <see cref="PeerLost"/> wait for the next time.</summary>
    public void Rearm() => Volatile.Write(ref _peerLost, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public void Send(in PeerPath path, ReadOnlySpan<byte> message) => underlay.SendIke(path, message);

    public void InstallInbound(ChildSa sa) => dataplane.InstallInbound(sa);

    public void InstallOutbound(ChildSa sa) => dataplane.InstallOutbound(sa);

    public void Move(ChildSa sa, in PeerPath path) => dataplane.Move(sa, path);

    public void Remove(ChildSa sa) => dataplane.Remove(sa);

    public void Report(IkeEvent ikeEvent)
    {
        if (ikeEvent is PathChanged change)
            moved(change.To.Remote.Address);
        else if (ikeEvent is PeerRedirected redirect)
            moved(redirect.To);
        observer.Take(ikeEvent);
        switch (ikeEvent)
        {
            case IkeSaEstablished { LocalBehindNat: true, Path.IsTcp: false } sa:
                keepalive.Start(sa.Path.Remote);
                break;
            case PathChanged { LocalBehindNat: true } away:
                keepalive.Start(away.To.Remote);
                break;
            case IkeSaEstablished or PathChanged:
                keepalive.Stop();
                break;
            case ConnectionStateChanged { State: ConnectionState.Established }:
                probe?.Start();
                break;
            case ConnectionStateChanged:
                probe?.Stop();
                keepalive.Stop();
                break;
            case ConnectionFailed { Failure.IsSilence: true }:
                _peerLost.TrySetResult();
                break;
        }
    }
}
