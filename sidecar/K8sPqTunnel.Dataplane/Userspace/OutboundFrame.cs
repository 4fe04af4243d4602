using K8sPqTunnel.Dataplane.Offloads;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>A frame from the inner side that an SA carries.</summary>
/// <param name="Packet">The IP packet, maybe too large for the interface; valid only during the call that hands it over.</param>
/// <param name="Content">The packets that it stands for.</param>
/// <param name="TrafficClass">Of the outer header.</param>
internal readonly record struct OutboundFrame(ReadOnlyMemory<byte> Packet, SuperPacket Content, byte TrafficClass);
