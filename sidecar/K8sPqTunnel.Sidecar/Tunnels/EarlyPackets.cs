using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>
/// Keeps ESP packets that have come before the SA that they are for: a peer that has answered may send by the new SA at once (RFC 7296 2.8), and its packets
/// overtake the answer while we check its signature. Not for two threads at once.
/// </summary>
/// <remarks>Only for SPIs that this process has handed out, which a stranger would have to guess.</remarks>
internal sealed class EarlyPackets(TimeProvider time)
{
    private const int MostPackets = 256;
    private const int MostOctets = 256 * 1024;

    // An answer is read in milliseconds. One that is refused brings no SA at all.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Queue<Early> _waiting = new();
    private int _octets;

    /// <summary>Keeps a copy of one packet.</summary>
    /// <returns>How many packets are given up: this one where there is no room, and those that have waited for too long.</returns>
    public int Hold(EspSpi spi, in EspDatagram packet)
    {
        int late = 0;
        for (; _waiting.TryPeek(out Early first) && time.GetElapsedTime(first.Came) > Patience; late++)
            _octets -= _waiting.Dequeue().Packet.Payload.Length;
        if (_waiting.Count == MostPackets || _octets + packet.Payload.Length > MostOctets)
            return late + 1;
        _waiting.Enqueue(new Early(spi, packet with { Payload = packet.Payload.ToArray() }, time.GetTimestamp()));
        _octets += packet.Payload.Length;
        return late;
    }

    /// <summary>The SA is there: gives its packets out, in the order in which they came.</summary>
    public EspDatagram[] Take(EspSpi spi)
    {
        if (_waiting.Count == 0)
            return [];
        EspDatagram[] taken = [.. _waiting.Where(early => early.Spi == spi).Select(early => early.Packet)];
        Early[] left = [.. _waiting.Where(early => early.Spi != spi)];
        _waiting.Clear();
        _octets = 0;
        foreach (Early other in left)
        {
            _waiting.Enqueue(other);
            _octets += other.Packet.Payload.Length;
        }

        return taken;
    }

    private readonly record struct Early(EspSpi Spi, EspDatagram Packet, long Came);
}
