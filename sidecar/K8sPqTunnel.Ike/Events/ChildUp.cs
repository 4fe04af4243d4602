using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Ike.Events;

/// <summary>A child SA is ready to receive; our traffic turns to it as RFC 7296 2.8 and the configuration say.</summary>
/// <param name="Proposal">The chosen algorithms in strongSwan's keywords.</param>
/// <param name="LocalSelectors">As the peer narrowed them.</param>
/// <param name="RemoteSelectors">As the peer narrowed them.</param>
/// <param name="KeyExchanges">Its own, in order; empty where its keys come from the IKE SA's alone, as those of IKE_AUTH do.</param>
/// <param name="QuantumSafe">Its keys derive from a key exchange that resists a quantum computer: the IKE SA's, or its own.</param>
/// <param name="OwnQuantumSafe">One of its own does so already.</param>
/// <param name="Replaces">Our SPI of the child SA that it replaces; null where it is a new one.</param>
/// <param name="Generation">How many rekeys led to it; 0 for the first.</param>
public sealed record ChildUp(
    string Connection,
    EspSpi InboundSpi,
    EspSpi OutboundSpi,
    string Proposal,
    bool UdpEncapsulation,
    IReadOnlyList<TrafficSelector> LocalSelectors,
    IReadOnlyList<TrafficSelector> RemoteSelectors,
    IReadOnlyList<string> KeyExchanges,
    bool QuantumSafe,
    bool OwnQuantumSafe,
    EspSpi? Replaces,
    int Generation) : IkeEvent(Connection);
