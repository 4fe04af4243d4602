namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>How IKE and ESP share one UDP port (RFC 3948).</summary>
internal static class UdpEncapsulation
{
    /// <summary>The four zero octets that stand before an IKE message where an ESP packet has its SPI (RFC 3948 2.2).</summary>
    public static ReadOnlySpan<byte> NonEspMarker => [0, 0, 0, 0];

    /// <summary>The NAT keepalive's only octet (RFC 3948 2.3).</summary>
    public static ReadOnlySpan<byte> Keepalive => [0xff];

    /// <summary>Tells what a datagram is that arrived on a port shared by IKE and ESP.</summary>
    /// <param name="datagram">The UDP payload.</param>
    /// <param name="content">The IKE message without marker, or the ESP packet.</param>
    public static DatagramKind Classify(ReadOnlyMemory<byte> datagram, out ReadOnlyMemory<byte> content)
    {
        content = default;
        if (datagram.Length == 1 && datagram.Span[0] == Keepalive[0])
            return DatagramKind.Keepalive;
        if (datagram.Length <= NonEspMarker.Length)
            return DatagramKind.Malformed;

        if (!datagram.Span.StartsWith(NonEspMarker))
        {
            content = datagram;
            return DatagramKind.Esp;
        }
        content = datagram[NonEspMarker.Length..];
        return DatagramKind.Ike;
    }
}
