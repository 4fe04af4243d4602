using System.Net;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Carries the IKE core's outputs out: messages to the sockets, SAs to the data plane, events to the board.</summary>
/// <param name="moved">Told where a peer is from now on, before anything is sent there.</param>
internal sealed class TunnelOutput(
    IkeHub hub,
    TunnelTransport transport,
    IDataplane dataplane,
    TunnelObserver observer,
    NatKeepalive keepalive,
    TunnelProbe? probe,
    TunnelSizing sizing,
    Action<IPAddress> moved,
    Action<IOException> lost) : IIkeOutput
{
    /// <summary>Null where the kernel opens the packets.</summary>
    private readonly IEspReceiver? _receiver = dataplane as IEspReceiver;
    private TaskCompletionSource _peerLost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _isLost;
    private bool _isLeft;
    private int _installed;

    /// <summary>The connections that report here; null between two.</summary>
    public TunnelSession? Session { get; set; }

    /// <summary>Completes when the peer stopped answering: time to ask whether its name or our address has changed.</summary>
    public Task PeerLost => Volatile.Read(ref _peerLost).Task;

    /// <summary>Makes <see cref="PeerLost"/> wait for the next time.</summary>
    public void Rearm() => Volatile.Write(ref _peerLost, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>From here on the data plane keeps what it has, whatever becomes of the connections. On the endpoint's thread.</summary>
    /// <returns>How many child SAs that is.</returns>
    public int LeaveDataplane()
    {
        _isLeft = true;
        return _installed;
    }

    public void Send(in PeerPath path, ReadOnlySpan<byte> message) => transport.SendIke(path, message);

    public void SendWhole(in PeerPath path, ReadOnlySpan<byte> message) => transport.SendIkeWhole(path, message);

    public void InstallInbound(ChildSa sa)
    {
        _installed++;
        Program(() => dataplane.InstallInbound(sa));
        if (dataplane.Offload?.WhyNot is { } whyNot)
            observer.NoteNoOffload(whyNot);
        if (_receiver is not null)
            hub.Direct(sa.InboundSpi, _receiver);
    }

    public void InstallOutbound(ChildSa sa) => Program(() => dataplane.InstallOutbound(sa));

    public void Move(ChildSa sa, in PeerPath path)
    {
        PeerPath to = path;
        Program(() => dataplane.Move(sa, to));
    }

    public void Remove(ChildSa sa)
    {
        hub.Forget(sa.InboundSpi);
        _installed--;
        Program(() => dataplane.Remove(sa));
    }

    public TimeSpan? SilenceOf(ChildSa sa)
    {
        try
        {
            return dataplane.SilenceOf(sa.InboundSpi);
        }
        catch (IOException)
        {
            return null;                                                // Then the peer is asked.
        }
    }

    public void Report(IkeEvent ikeEvent)
    {
        if (_isLeft)
            return;                                                      // What ends here goes on in the kernel.
        switch (ikeEvent)
        {
            case PathChanged change:
                moved(change.To.Remote.Address);
                break;
            case PeerRedirected redirect:
                moved(redirect.To);
                break;
            case IkeSaEstablished established:
                moved(established.Path.Remote.Address);
                break;
        }

        observer.Take(ikeEvent);
        sizing.Take(ikeEvent);
        switch (ikeEvent)
        {
            case IkeSaEstablished { LocalBehindNat: true, Path.IsTcp: false } sa:
                keepalive.Start(sa.Connection, sa.Path);
                break;
            case PathChanged { LocalBehindNat: true } away:
                keepalive.Start(away.Connection, away.To);
                break;
            case IkeSaEstablished or PathChanged:
                keepalive.Stop(ikeEvent.Connection);
                break;
            case ConnectionStateChanged change:
                Follow(change);
                break;
            case ConnectionFailed { Failure.IsSilence: true }:
                _peerLost.TrySetResult();
                break;
        }
    }

    /// <summary>A kernel that refuses an SA, or whose interface is gone, ends the tunnel, which is begun anew: what IKE believes would not be what is there. The guard stands.</summary>
    private void Program(Action change)
    {
        if (_isLost || _isLeft)
            return;
        try
        {
            change();
        }
        catch (IOException refused)
        {
            _isLost = true;
            lost(refused);
        }
    }

    private void Follow(ConnectionStateChanged change)
    {
        if (change.State != ConnectionState.Established)
            keepalive.Stop(change.Connection);
        if (observer.IsUp)
            probe?.Start();
        else
            probe?.Stop();
        Session?.Notice(change);
    }
}
