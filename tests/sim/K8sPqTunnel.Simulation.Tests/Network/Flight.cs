using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Simulation.Tests.Network;

/// <summary>One datagram on the way: an IKE message, or a packet of ESP, of which only the SPI matters here.</summary>
/// <param name="ToRight">Which way.</param>
/// <param name="Path">As the receiver sees it.</param>
/// <param name="Message">IKE; null for ESP.</param>
/// <param name="Spi">ESP.</param>
internal readonly record struct Flight(bool ToRight, PeerPath Path, byte[]? Message, EspSpi Spi);
