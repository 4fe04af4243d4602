using System.Net;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Negotiation;

namespace K8sPqTunnel.Ike;

/// <summary>What an IKE connection to one peer is made from.</summary>
public sealed record ConnectionConfig
{
    /// <summary>How messages to humans call it.</summary>
    public required string Name { get; init; }

    /// <summary>The address that our packets leave from; NAT detection compares it with what the peer sees (RFC 7296 2.23).</summary>
    public required IPAddress LocalAddress { get; init; }

    /// <summary>
    /// Our UDP port 500 is to be had. Without it, as where another daemon of the host holds it, the exchange begins on the peer's
    /// 4500 at once, which RFC 7296 2.23 allows an initiator.
    /// </summary>
    public bool HasIkePort { get; init; } = true;

    /// <summary>Our UDP port that IKE shares with ESP; may be any where 4500 is not to be had.</summary>
    public int LocalNatTraversalPort { get; init; } = PeerPath.NatTraversalPort;

    public StartAction StartAction { get; init; }

    /// <summary>The peer's addresses, tried in order. Empty only where the peer begins, from one of <see cref="RemoteNetworks"/>.</summary>
    public required IReadOnlyList<IPAddress> RemoteAddresses { get; init; }

    /// <summary>Where the peer may begin from, besides its addresses: 0.0.0.0/0 and ::/0 for anywhere.</summary>
    public IReadOnlyList<IPNetwork> RemoteNetworks { get; init; } = [];

    /// <summary>Who we say we are.</summary>
    public required IkeIdentity LocalIdentity { get; init; }

    /// <summary>Who we are besides: shown to a peer that begins and asks for one of them (IDr, RFC 7296 2.15).</summary>
    public IReadOnlyList<IkeIdentity> OtherLocalIdentities { get; init; } = [];

    /// <summary>Whom the peer has to be, maybe with a wildcard (*.example.net); null takes anybody who can prove itself.</summary>
    public IkeIdentity? RemoteIdentity { get; init; }

    /// <summary>How both ends prove who they are.</summary>
    public required AuthenticationConfig Authentication { get; init; }

    /// <summary>
    /// Postquantum preshared keys that may be mixed in, in order of preference. The first is the one that we name where the peer knows
    /// RFC 8784 only.
    /// </summary>
    public IReadOnlyList<PostquantumKey> PostquantumKeys { get; init; } = [];

    /// <summary>
    /// They go in with IKE_INTERMEDIATE where the peer can, so that IKE_AUTH is protected too (RFC 9867); else before IKE_AUTH (RFC 8784).
    /// False: always the latter.
    /// </summary>
    public bool PpkInIntermediate { get; init; } = true;

    /// <summary>The one of our identities that a peer asks for; null where we are none such.</summary>
    /// <param name="asked">Null where it does not care.</param>
    internal IkeIdentity? IdentityFor(IkeIdentity? asked) =>
        asked is null || IdentityRule.Matches(LocalIdentity, asked)
            ? LocalIdentity
            : OtherLocalIdentities.FirstOrDefault(own => IdentityRule.Matches(own, asked));

    /// <summary>No SA comes up without one of them.</summary>
    internal bool RequiresPostquantumKey => PostquantumKeys.Any(key => key.Required);

    /// <summary>In order of preference.</summary>
    public required IReadOnlyList<IkeProposal> IkeProposals { get; init; }

    /// <summary>In order of preference.</summary>
    public required IReadOnlyList<EspProposal> EspProposals { get; init; }

    public QuantumPolicy QuantumPolicy { get; init; } = QuantumPolicy.Required;

    /// <summary>Whose order decides where the peer begins. The quantum policy goes before it.</summary>
    public ProposalOrder ProposalOrder { get; init; }

    /// <summary>The traffic of our side that the tunnel carries. The peer may narrow it.</summary>
    public required IReadOnlyList<TrafficSelector> LocalSelectors { get; init; }

    /// <summary>The traffic of the peer's side. The peer may narrow it.</summary>
    public required IReadOnlyList<TrafficSelector> RemoteSelectors { get; init; }

    public SelectorMode SelectorMode { get; init; }

    /// <summary>
    /// Carries ESP in UDP even where no NAT is: for a data plane in user space. Done by a NAT detection hash that cannot match
    /// (RFC 7296 2.23), so that the peer encapsulates too.
    /// </summary>
    public bool ForceUdpEncapsulation { get; init; }

    /// <summary>IKE and ESP run in a TCP connection to the peer's port 4500 (RFC 9329).</summary>
    public bool Tcp { get; init; }

    /// <summary>Goes where the peer sends us (RFC 5685); the gateway there has to prove the same identity.</summary>
    public bool FollowRedirects { get; init; }

    /// <summary>An end that moves takes its SAs along, where the peer can too (RFC 4555).</summary>
    public bool Mobike { get; init; }

    /// <summary>Where we are to be had besides <see cref="LocalAddress"/>; MOBIKE tells the peer.</summary>
    public IReadOnlyList<IPAddress> AdditionalAddresses { get; init; } = [];

    /// <summary>Largest IP packet of an IKE message, in octets, where the peer takes fragments (RFC 7383 2.5.1).</summary>
    public int FragmentIpSize { get; init; } = 1280;

    /// <summary>Silence after which the peer is asked for a sign of life (RFC 7296 2.4).</summary>
    public TimeSpan LivenessDelay { get; init; } = TimeSpan.FromSeconds(30);

    public RetransmissionPlan Retransmission { get; init; } = RetransmissionPlan.Default;

    public RetryPlan Retry { get; init; } = RetryPlan.Default;

    /// <summary>Anti-replay window of the child SA in packets; 0 turns the check off.</summary>
    public int ReplayWindow { get; init; } = 1024;

    /// <summary>The IKE SA is rekeyed before it gets older; where that fails, it is deleted then, and its traffic is blocked.</summary>
    public TimeSpan IkeLifetime { get; init; } = TimeSpan.FromHours(4);

    /// <summary>A child SA is rekeyed before it gets older; where that fails, it is deleted then.</summary>
    public TimeSpan ChildLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Octets of inner packets after which a child SA carries nothing more in that direction; rekeyed before. Null for no limit.</summary>
    public long? ChildOctets { get; init; }

    /// <summary>The same in packets.</summary>
    public long? ChildPackets { get; init; }

    /// <summary>
    /// Instead of a rekey of the IKE SA, a new one takes over in which both ends prove themselves anew, make before break (RFC 7296 2.8.3).
    /// </summary>
    public bool Reauthenticates { get; init; }

    /// <summary>
    /// The same within this time, however often the IKE SA is rekeyed between; where it cannot be done in time, the SA is deleted. Null for never.
    /// </summary>
    public TimeSpan? ReauthenticationInterval { get; init; }

    /// <summary>When the ends have to prove themselves anew; null: never.</summary>
    internal TimeSpan? ProofLifetime => Reauthenticates ? IkeLifetime : ReauthenticationInterval;

    /// <summary>
    /// Has IKE_AUTH make no child SA where the peer can do without (RFC 6023): each is made by CREATE_CHILD_SA then, with the key exchanges
    /// of its own proposal.
    /// </summary>
    public bool Childless { get; init; }

    /// <summary>How long a child SA that has been replaced still takes packets that were on the way (RFC 7296 2.8).</summary>
    public TimeSpan LateInboundTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>About how long to wait before a rekey that the peer was too busy for is tried again (RFC 7296 2.25); up to half more or less.</summary>
    public TimeSpan RekeyRetry { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a peer may take from one key exchange of a rekey to the next before it is forgotten (RFC 9370 2.2.4).</summary>
    public TimeSpan FollowupTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a new SA only receives after it has replaced another, which goes on carrying our traffic and is deleted then. For a
    /// peer that is many machines: Cloudflare takes 90 to 150 s until all of them know a new SA. The old one's lifetime is kept.
    /// </summary>
    public TimeSpan SuccessorDelay { get; init; }
}
