using System.Net;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Simulation.Tests.Network;

/// <summary>A NAT before the left end, or none: what one end sends, as the other sees it.</summary>
/// <param name="left">Where the left end is now.</param>
/// <param name="seenAs">What the right end sees instead; null where there is no NAT.</param>
internal sealed class Nat(Func<IPAddress> left, IPAddress? seenAs)
{
    private const int FirstShift = 20_000;
    private const int NextShift = 1_000;

    private IPAddress? _seenAs = seenAs;
    private int _shift = FirstShift;

    /// <summary>It has forgotten everything: the next conversation gets other ports, maybe another address.</summary>
    public void Remap(IPAddress address)
    {
        _seenAs = address;
        _shift += NextShift;
    }

    /// <summary>A datagram from the left end arrives at the right one.</summary>
    public PeerPath AtRight(PeerPath sent) => _seenAs is null
        ? new PeerPath(sent.Remote, sent.Local, sent.IsTcp)
        : new PeerPath(sent.Remote, new IPEndPoint(_seenAs, sent.Local.Port + _shift), sent.IsTcp);

    /// <summary>A datagram from the right end arrives at the left one; null where the NAT knows of no such conversation.</summary>
    public PeerPath? AtLeft(PeerPath sent)
    {
        if (_seenAs is null)
            return new PeerPath(sent.Remote, sent.Local, sent.IsTcp);
        // The ports that a host has are below; what lies between was mapped before.
        return sent.Remote.Address.Equals(_seenAs) && sent.Remote.Port - _shift is >= 0 and < NextShift * 15
            ? new PeerPath(new IPEndPoint(left(), sent.Remote.Port - _shift), sent.Local, sent.IsTcp)
            : null;
    }
}
