using System.Net;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>The packets of one kind of probe: writes requests, recognises their answers.</summary>
internal abstract class ProbeMessage
{
    /// <summary>The first port of probes: above those that Linux gives to sockets by itself (net.ipv4.ip_local_port_range).</summary>
    protected const ushort FirstSourcePort = 61000;

    /// <param name="port">Of the target; for UDP and TCP.</param>
    public static ProbeMessage Of(ProbeProtocol protocol, ushort port) => protocol switch
    {
        ProbeProtocol.Udp => new UdpEcho(port),
        ProbeProtocol.Tcp => new TcpHandshake(port),
        _ => new IcmpEcho(),
    };

    /// <summary>Octets behind the IP header.</summary>
    protected abstract int PayloadLength { get; }

    /// <summary>The bits of a token that come back.</summary>
    public virtual ulong TokenMask => ulong.MaxValue;

    /// <summary>Octets of a request to <paramref name="target"/>.</summary>
    public int LengthTo(IPAddress target) => IpPacket.HeaderLengthTo(target) + PayloadLength;

    /// <param name="packet">Of <see cref="LengthTo"/> octets.</param>
    /// <param name="source">Of the destination's family.</param>
    /// <param name="token">Comes back in the answer, and tells it from the answers to anybody else's requests.</param>
    public abstract void WriteRequest(Span<byte> packet, IPAddress source, IPAddress destination, ushort sequence, ulong token);

    /// <summary>Is it an answer of the expected form? Then its token is given.</summary>
    /// <param name="begunSomething">The target waits for more now.</param>
    public abstract bool TryReadAnswer(ReadOnlySpan<byte> packet, out ulong token, out bool begunSomething);

    /// <summary>The packet that ends what an answer shows to have begun.</summary>
    public virtual byte[] EndOf(ReadOnlySpan<byte> answer, IPAddress source, IPAddress destination) => [];
}
