namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>What a UDP datagram on an IKE port is (RFC 3948 2).</summary>
public enum DatagramKind
{
    /// <summary>Too short to be anything.</summary>
    Malformed,

    /// <summary>An IKE message, after the non-ESP marker where the port has one.</summary>
    Ike,

    /// <summary>An ESP packet.</summary>
    Esp,

    /// <summary>A NAT keepalive: one octet 0xFF. Only its arrival at the NAT counts.</summary>
    Keepalive,
}
