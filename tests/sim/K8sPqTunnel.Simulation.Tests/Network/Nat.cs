using System.Net;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Simulation.Tests.Network;

/// <summary>A NAT before the left end, or none: what one end sends, as the other sees it.</summary>
/// <param name="left">The left end's own address.</param>
/// <param name="seenAs">What the right end sees instead; the same where there is no NAT.</param>
internal sealed class Nat(IPAddress left, IPAddress seenAs)
{
    private const int PortShift = 20_000;

    private int Shift => left.Equals(seenAs) ? 0 : PortShift;

    /// <summary>A datagram from the left end arrives at the right one.</summary>
    public PeerPath AtRight(PeerPath sent) => new(sent.Remote, new IPEndPoint(seenAs, sent.Local.Port + Shift));

    /// <summary>A datagram from the right end arrives at the left one; null where the NAT knows of no such conversation.</summary>
    public PeerPath? AtLeft(PeerPath sent) =>
        sent.Remote.Address.Equals(seenAs) && sent.Remote.Port >= Shift
            ? new PeerPath(new IPEndPoint(left, sent.Remote.Port - Shift), sent.Local)
            : null;
}
