namespace K8sPqTunnel.Dataplane.Tun;

/// <summary>What a frame of a TUN interface is cut into: VIRTIO_NET_HDR_GSO_*.</summary>
internal enum Segmentation : byte
{
    None = 0,
    TcpIpv4 = 1,
    TcpIpv6 = 4,

    /// <summary>UDP datagrams over either IP.</summary>
    Udp = 5,
}
