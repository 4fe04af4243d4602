namespace K8sPqTunnel.Dataplane.Tun;

/// <summary>What the kernel leaves to the reader of a TUN interface: TUN_F_*.</summary>
[Flags]
internal enum TunOffloads
{
    None = 0,
    Checksum = 0x01,
    TcpIpv4 = 0x02,
    TcpIpv6 = 0x04,
    UdpIpv4 = 0x20,
    UdpIpv6 = 0x40,

    /// <summary>Since Linux 2.6.</summary>
    Tcp = Checksum | TcpIpv4 | TcpIpv6,

    /// <summary>Since Linux 6.2.</summary>
    All = Tcp | UdpIpv4 | UdpIpv6,
}
