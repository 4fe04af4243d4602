using System.Net;
using K8sPqTunnel.Api.Proposals;
using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Settings;

/// <summary>A tunnel that has passed every rule, with all defaults filled in: what the daemon runs.</summary>
public sealed record TunnelSettings
{
    public required string Namespace { get; init; }
    public required string Name { get; init; }

    public required PeerProfile Profile { get; init; }

    /// <summary>Tried in order. None where the peer's address is not known beforehand.</summary>
    public required IReadOnlyList<PeerAddress> PeerAddresses { get; init; }

    /// <summary>Where the peer may begin from besides.</summary>
    public required IReadOnlyList<IPNetwork> PeerNetworks { get; init; }

    /// <summary>Peers come from addresses that are not known beforehand; each that fits <see cref="PeerId"/> has IKE SAs of its own.</summary>
    public bool AwaitsStrangers => PeerAddresses.Count == 0;

    /// <summary>Our address; null for the one that the routes choose.</summary>
    public required IPAddress? LocalAddress { get; init; }

    public required StartAction StartAction { get; init; }

    /// <summary>The identity that the peer must prove, maybe with a wildcard.</summary>
    public required IkeIdentity PeerId { get; init; }

    /// <summary>
    /// The identity that we show; null for the first DNS name of our certificate or else its subject, and without a certificate for the
    /// address that the tunnel is sent from.
    /// </summary>
    public required IkeIdentity? LocalId { get; init; }

    /// <summary>Further identities of ours, for a peer that asks for one.</summary>
    public required IReadOnlyList<IkeIdentity> OtherLocalIds { get; init; }

    public required AuthenticationSettings Authentication { get; init; }

    public required KeyExchangePolicy KeyExchange { get; init; }

    /// <summary>At least one, best first.</summary>
    public required IReadOnlyList<Proposal> IkeProposals { get; init; }

    /// <summary>Whose order decides where the peer begins.</summary>
    public required ProposalOrder ProposalOrder { get; init; }

    public required TimeSpan IkeLifetime { get; init; }

    /// <summary>An IKE SA that gets old is replaced by one for which both ends prove themselves anew, instead of being rekeyed.</summary>
    public required bool Reauthenticate { get; init; }

    /// <summary>Both ends prove themselves anew within it, whatever rekeys lie between; null for never.</summary>
    public required TimeSpan? ReauthenticationInterval { get; init; }

    /// <summary>The IKE SA comes first, and each child SA by an exchange of its own, where the peer can do that (RFC 6023).</summary>
    public required bool Childless { get; init; }

    /// <summary>At least one, best first. Their key exchanges are for CREATE_CHILD_SA: the child of IKE_AUTH has none (RFC 7296 1.2).</summary>
    public required IReadOnlyList<Proposal> ChildProposals { get; init; }
    public required TimeSpan ChildLifetime { get; init; }

    /// <summary>Octets of inner packets in either direction after which a child SA carries nothing more; null for any number.</summary>
    public required long? ChildLifetimeBytes { get; init; }

    /// <summary>The same in packets.</summary>
    public required long? ChildLifetimePackets { get; init; }

    /// <summary>Anti-replay window in packets; 0 for none.</summary>
    public required int ReplayWindow { get; init; }

    /// <summary>Whether the network card encrypts.</summary>
    public required HardwareOffload HardwareOffload { get; init; }

    /// <summary>How long a new SA only receives after it has replaced another.</summary>
    public required TimeSpan SuccessorDelay { get; init; }

    public required IReadOnlyList<IPNetwork> Local { get; init; }
    public required IReadOnlyList<IPNetwork> Remote { get; init; }

    /// <summary>The routes choose the packets, and not the networks; null where they do.</summary>
    public required RoutedSettings? Routed { get; init; }

    /// <summary>Of the packets between the networks only those with it are the tunnel's, and those that come out have it; null for all.</summary>
    public required MarkSettings? Mark { get; init; }

    /// <summary>How the networks become child SAs.</summary>
    public required TrafficSelectors Selectors { get; init; }

    /// <summary>Networks of this side that the peer knows by others; <see cref="Local"/> has those.</summary>
    public required IReadOnlyList<AddressTranslation> Translations { get; init; }

    public required TransportSettings Transport { get; init; }

    public required MtuSettings Mtu { get; init; }

    public required LivenessSettings Liveness { get; init; }

    public required LimitSettings Limits { get; init; }

    public required DataplaneChoice Dataplane { get; init; }

    /// <summary>Null when the tunnel is not probed.</summary>
    public required ProbeSettings? Probe { get; init; }

    /// <summary>Addresses of ours at which the peer's health checks are answered.</summary>
    public required IReadOnlyList<IPAddress> ProbeAnswers { get; init; }

    /// <summary>Name of the IpsecGateway that carries the tunnel; null for a gateway of its own.</summary>
    public required string? GatewayName { get; init; }

    /// <summary>Labels of the nodes that may carry the gateway pod; empty for any.</summary>
    public required IReadOnlyDictionary<string, string> NodeSelector { get; init; }
}
