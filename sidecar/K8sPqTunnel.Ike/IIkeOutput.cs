using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Ike;

/// <summary>Where the core's outputs go, in the order in which they must happen.</summary>
/// <remarks>
/// Called from within the core's entry points, on the caller's thread. A method that returns has done its part: an SA that
/// <see cref="InstallInbound"/> was given receives before the message that announces it is sent.
/// </remarks>
public interface IIkeOutput
{
    /// <summary>Sends one IKE message, without non-ESP marker. <paramref name="message"/> is valid only during the call.</summary>
    void Send(in PeerPath path, ReadOnlySpan<byte> message);

    /// <summary>
    /// Sends one IKE message as a single IP packet that nobody fragments, also where the path is believed to carry less: it is to be seen
    /// whether it arrives. Where nothing is fragmented that is the same as <see cref="Send"/>.
    /// </summary>
    void SendWhole(in PeerPath path, ReadOnlySpan<byte> message) => Send(path, message);

    /// <summary>Makes the inbound half ready to receive. The receiver owns <paramref name="sa"/> from here on.</summary>
    void InstallInbound(ChildSa sa);

    /// <summary>Turns outbound traffic to this SA, which <see cref="InstallInbound"/> was given before.</summary>
    void InstallOutbound(ChildSa sa);

    /// <summary>Has the SA's packets run over another path from now on (RFC 7296 2.23, RFC 4555); what is on the way over the old one still counts.</summary>
    void Move(ChildSa sa, in PeerPath path);

    /// <summary>
    /// Removes both halves and zeroes the keys. Traffic that only this SA carried is blocked from here on, never sent in clear.
    /// </summary>
    void Remove(ChildSa sa);

    /// <summary>
    /// How long ago the last authentic packet came in by an SA, which shows as an IKE message does that the peer lives (RFC 7296 2.4);
    /// null where none has come, or where nobody knows. Asked only when no IKE message has come for the whole liveness delay.
    /// </summary>
    TimeSpan? SilenceOf(ChildSa sa) => null;

    /// <summary>Tells of a change of state, for status, log and metrics.</summary>
    void Report(IkeEvent ikeEvent);
}
