namespace K8sPqTunnel.Dataplane.Sizing;

/// <summary>What carries ESP packets between the ends.</summary>
public enum EspCarrier
{
    /// <summary>IP itself, protocol 50.</summary>
    Ip,

    /// <summary>UDP (RFC 3948).</summary>
    Udp,

    /// <summary>A TCP connection (RFC 9329).</summary>
    Tcp,
}
