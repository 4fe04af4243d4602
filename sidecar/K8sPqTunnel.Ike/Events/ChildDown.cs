using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Ike.Events;

/// <summary>A child SA is gone.</summary>
public sealed record ChildDown(string Connection, EspSpi InboundSpi, EspSpi OutboundSpi) : IkeEvent(Connection);
