using K8sPqTunnel.Ike;
using K8sPqTunnel.Simulation.Tests.Scenarios;

namespace K8sPqTunnel.Simulation.Tests.Network;

/// <summary>One datagram on the way: an IKE message, or a packet of ESP.</summary>
/// <param name="To">Whose it is; <see cref="Sides.None"/>: the gateway's that sends everybody on.</param>
/// <param name="Path">As the receiver sees it.</param>
/// <param name="Message">IKE; null for ESP.</param>
/// <param name="Packet">ESP; null for IKE.</param>
/// <param name="Life">Which life of the receiver's process a TCP connection belongs to; with the process it ends.</param>
internal readonly record struct Flight(Sides To, PeerPath Path, byte[]? Message, Packet? Packet, int Life);
