using System.Net;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Simulation.Tests.Network;

/// <summary>A packet of ESP: what is inside, and what it is sealed with.</summary>
/// <param name="Spi">Of the SA, as its receiver calls it.</param>
/// <param name="Key">The sender's.</param>
/// <param name="From">Inner source.</param>
/// <param name="To">Inner destination.</param>
internal sealed record Packet(EspSpi Spi, byte[] Key, IPAddress From, IPAddress To);
