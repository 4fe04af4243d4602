using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Mobility;

/// <summary>What one of two connections to the same peer puts out: nothing is to be heard of the one that may still lose, or has lost.</summary>
internal sealed class RacingOutput(IIkeOutput inner) : IIkeOutput
{
    /// <summary>Its events are kept back, but for the end of what was up; what it sends and installs is not.</summary>
    public bool IsShut { get; set; }

    /// <summary>How often the last IKE_SA_INIT request has been repeated.</summary>
    public int Repeats { get; set; }

    public void Send(in PeerPath path, ReadOnlySpan<byte> message) => inner.Send(path, message);

    public void SendWhole(in PeerPath path, ReadOnlySpan<byte> message) => inner.SendWhole(path, message);

    public void InstallInbound(ChildSa sa) => inner.InstallInbound(sa);

    public void InstallOutbound(ChildSa sa) => inner.InstallOutbound(sa);

    public void Move(ChildSa sa, in PeerPath path) => inner.Move(sa, path);

    public void Remove(ChildSa sa) => inner.Remove(sa);

    public TimeSpan? SilenceOf(ChildSa sa) => inner.SilenceOf(sa);

    public void Report(IkeEvent ikeEvent)
    {
        if (ikeEvent is RequestRepeated { Exchange: nameof(ExchangeType.IkeSaInit), Repeats: var repeats })
            Repeats = repeats;
        // Of what was told to be up the end is told too: an IKE SA of the loser may be on its way out.
        if (!IsShut || ikeEvent is IkeSaClosed or ChildDown)
            inner.Report(ikeEvent);
    }
}
