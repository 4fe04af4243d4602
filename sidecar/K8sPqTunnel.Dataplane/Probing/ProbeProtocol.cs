namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>What a probe asks its target with.</summary>
public enum ProbeProtocol
{
    /// <summary>ICMP echo (RFC 792, RFC 4443).</summary>
    Icmp,

    /// <summary>A datagram that the target sends back (RFC 862).</summary>
    Udp,

    /// <summary>A connection that the target takes or refuses; either answers.</summary>
    Tcp,
}
