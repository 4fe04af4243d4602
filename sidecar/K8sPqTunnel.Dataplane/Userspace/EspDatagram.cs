using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>One ESP packet as it stands in UDP (RFC 3948 2.1): everything after the UDP header, beginning with the SPI.</summary>
/// <param name="Path">Our address and port, and the peer's as packets show it.</param>
/// <param name="Payload">Valid only during the call that hands it over.</param>
/// <param name="TrafficClass">
/// The outer header's TOS octet, DSCP and ECN. Outbound: what a transport that can set it per packet should set. Inbound: as
/// received; 0 from a transport that can't tell, which reads as Not-ECT.
/// </param>
public readonly record struct EspDatagram(PeerPath Path, ReadOnlyMemory<byte> Payload, byte TrafficClass = 0);
