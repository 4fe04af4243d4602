namespace K8sPqTunnel.Lab.Capture;

/// <summary>What a frame on the wire between two gateways is.</summary>
public enum PacketClass
{
    /// <summary>Anything that is not one of the others: it should not be there.</summary>
    Clear,

    /// <summary>IKE on UDP port 500, or on 4500 behind the non-ESP marker (RFC 3948 2.2).</summary>
    Ike,

    /// <summary>ESP in UDP port 4500 (RFC 3948 2.1).</summary>
    EspInUdp,

    /// <summary>One octet 0xFF on UDP port 4500 (RFC 3948 2.3).</summary>
    NatKeepalive,

    /// <summary>TCP port 4500, which carries IKE and ESP (RFC 9329).</summary>
    InTcp,

    /// <summary>ESP as IP protocol 50 (RFC 4303).</summary>
    Esp,

    /// <summary>ARP, IPv6 neighbour discovery and multicast memberships: the link talking about itself.</summary>
    Link,

    /// <summary>ICMP between the gateways that gives back the head of one of the protected packets, because nobody took it.</summary>
    Undelivered,
}
