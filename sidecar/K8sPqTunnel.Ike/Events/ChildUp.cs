using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Ike.Events;

/// <summary>A child SA is ready: it receives, and it sends too unless <see cref="ConnectionConfig.SuccessorDelay"/> makes that wait.</summary>
/// <param name="Proposal">The chosen algorithms in strongSwan's keywords.</param>
/// <param name="LocalSelectors">As the peer narrowed them.</param>
/// <param name="RemoteSelectors">As the peer narrowed them.</param>
/// <param name="QuantumSafe">Its keys derive from a key exchange that resists a quantum computer: the IKE SA's, or its own.</param>
public sealed record ChildUp(
    string Connection,
    EspSpi InboundSpi,
    EspSpi OutboundSpi,
    string Proposal,
    bool UdpEncapsulation,
    IReadOnlyList<TrafficSelector> LocalSelectors,
    IReadOnlyList<TrafficSelector> RemoteSelectors,
    bool QuantumSafe) : IkeEvent(Connection);
