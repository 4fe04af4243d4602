using System.Net.Sockets;

namespace K8sPqTunnel.Bench.Packets;

/// <summary>A sender's view of one flow.</summary>
internal sealed class PacketFlow(Socket socket, int number)
{
    /// <summary>Packets under way at a time: enough to keep a tunnel busy, few enough not to overflow a socket's buffer.</summary>
    private const int Window = 256;

    private long _sent;
    private long _lost;

    public Socket Socket { get; } = socket;

    public int Number { get; } = number;

    /// <summary>What the receiver has told.</summary>
    public long ArrivedPackets { get; private set; }

    public long ArrivedOctets { get; private set; }

    public bool IsFull => _sent - _lost - ArrivedPackets >= Window;

    public IReadOnlyList<int> Sizes { get; init; } = [];

    /// <summary>The size of the next packet, which is sent now.</summary>
    public int Next() => Sizes[(int)(_sent++ % Sizes.Count)];

    public void Hear(long packets, long octets)
    {
        ArrivedPackets = Math.Max(ArrivedPackets, packets);
        ArrivedOctets = Math.Max(ArrivedOctets, octets);
    }

    /// <summary>Nothing more is coming: what is under way is lost.</summary>
    public void GiveUp() => _lost = _sent - ArrivedPackets;
}
