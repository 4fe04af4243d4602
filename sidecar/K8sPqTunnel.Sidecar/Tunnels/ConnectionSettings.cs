using System.Net;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Sidecar.Sockets;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Puts a tunnel's settings into the terms of the IKE core.</summary>
internal static class ConnectionSettings
{
    /// <summary>Each wait for an answer is this many times the one before.</summary>
    private const double RetransmissionGrowth = 1.8;

    public static ConnectionConfig Of(TunnelSettings tunnel, PeerRoute route, IkePorts ports, bool tcp, TunnelSecrets secrets, DataplaneKind dataplane, bool carriesRawEsp = false) => new()
    {
        Name = tunnel.Name,
        LocalAddress = route.Local,
        // RFC 7296 2.23: an initiator may begin on 4500.
        HasIkePort = ports.Ike is not null && tunnel.Transport.StartPort == PeerPath.IkePort,
        LocalNatTraversalPort = ports.NatTraversal.Port,
        RemoteAddresses = route.Remotes,
        RemoteNetworks = tunnel.PeerNetworks,
        StartAction = tunnel.StartAction switch
        {
            Api.Resources.StartAction.Trap => K8sPqTunnel.Ike.StartAction.Trap,
            Api.Resources.StartAction.None => K8sPqTunnel.Ike.StartAction.None,
            _ => K8sPqTunnel.Ike.StartAction.Start,
        },
        ProposalOrder = tunnel.ProposalOrder == Api.Resources.ProposalOrder.Theirs
            ? K8sPqTunnel.Ike.Negotiation.ProposalOrder.Theirs
            : K8sPqTunnel.Ike.Negotiation.ProposalOrder.Ours,
        LocalIdentity = LocalIdentity(tunnel, route, secrets.Authentication.Local),
        OtherLocalIdentities = [.. tunnel.OtherLocalIds.Select(Identity)],
        RemoteIdentity = Identity(tunnel.PeerId),
        Authentication = secrets.Authentication,
        PostquantumKeys = PostquantumKeys(tunnel, secrets),
        PpkInIntermediate = tunnel.Authentication.PpkExchange == PpkExchange.Intermediate,
        IkeProposals = [.. tunnel.IkeProposals.Select(proposal => new IkeProposal(Transforms(proposal)))],
        EspProposals = [.. tunnel.ChildProposals.Select(proposal => new EspProposal(Transforms(proposal)))],
        QuantumPolicy = tunnel.KeyExchange switch
        {
            KeyExchangePolicy.Preferred => QuantumPolicy.Preferred,
            KeyExchangePolicy.Disabled => QuantumPolicy.Disabled,
            _ => QuantumPolicy.Required,
        },
        LocalSelectors = [.. tunnel.Local.Select(TrafficSelector.Of)],
        RemoteSelectors = [.. tunnel.Remote.Select(TrafficSelector.Of)],
        SelectorMode = tunnel.Selectors == TrafficSelectors.PerPair ? SelectorMode.PerPair : SelectorMode.Combined,
        // The user-space data plane carries ESP in UDP only.
        ForceUdpEncapsulation = ForcesUdp(tunnel.Transport.Encapsulation, dataplane, carriesRawEsp),
        ReplayWindow = tunnel.ReplayWindow,
        SuccessorDelay = tunnel.SuccessorDelay,
        FragmentIpSize = tunnel.Transport.FragmentSize,
        Tcp = tcp,
        Mobike = tunnel.Transport.Mobike,
        FollowRedirects = tunnel.Transport.FollowRedirects,
        LivenessDelay = tunnel.Liveness.Delay,
        Retransmission = new RetransmissionPlan(tunnel.Liveness.Timeout, RetransmissionGrowth, tunnel.Liveness.Repeats),
        IkeLifetime = tunnel.IkeLifetime,
        ChildLifetime = tunnel.ChildLifetime,
        ChildOctets = tunnel.ChildLifetimeBytes,
        ChildPackets = tunnel.ChildLifetimePackets,
        Reauthenticates = tunnel.Reauthenticate,
        ReauthenticationInterval = tunnel.ReauthenticationInterval,
        Childless = tunnel.Childless,
    };

    /// <summary>The same connection with other keys and certificates.</summary>
    /// <param name="former">The pre-shared key before, which a peer may still have; null for none.</param>
    public static ConnectionConfig WithSecrets(ConnectionConfig config, TunnelSettings tunnel, TunnelSecrets secrets, Secret? former) => config with
    {
        Authentication = secrets.Authentication with { FormerKey = former },
        PostquantumKeys = PostquantumKeys(tunnel, secrets),
        // A certificate may name us, and a distinguished name takes the octets that it has there.
        LocalIdentity = secrets.Authentication.Local is LocalCertificate own ? own.Identity(tunnel.LocalId is { } local ? Identity(local) : null) : config.LocalIdentity,
    };

    private static IReadOnlyList<PostquantumKey> PostquantumKeys(TunnelSettings tunnel, TunnelSecrets secrets) =>
        [.. tunnel.Authentication.Ppks.Zip(secrets.PostquantumKeys, (ppk, key) => new PostquantumKey(ppk.Id, key, ppk.Required))];

    /// <summary>Whether ESP goes in UDP although there is no NAT: packets in UDP come and go many at a time, which ESP over IP cannot.</summary>
    /// <param name="carriesRawEsp">The user-space data plane could do without.</param>
    private static bool ForcesUdp(EncapsulationPolicy policy, DataplaneKind dataplane, bool carriesRawEsp) => policy switch
    {
        EncapsulationPolicy.Always => true,
        EncapsulationPolicy.BehindNat => dataplane == DataplaneKind.Userspace && !carriesRawEsp,
        _ => dataplane == DataplaneKind.Userspace,
    };

    /// <summary>What strangers may cost; of several tunnels, the tightest.</summary>
    public static EndpointLimits Limits(IEnumerable<TunnelSettings> tunnels)
    {
        LimitSettings limits = tunnels.Select(tunnel => tunnel.Limits).Aggregate((one, other) => one.TightestWith(other));
        return new EndpointLimits
        {
            CookiesFrom = limits.CookiesFrom,
            MaxHalfOpen = limits.HalfOpen,
            MaxHalfOpenPerAddress = limits.HalfOpenPerAddress,
            HalfOpenTimeout = limits.HalfOpenTimeout,
            HalfOpenLifetime = limits.HalfOpenLifetime,
        };
    }

    private static K8sPqTunnel.Ike.IkeIdentity LocalIdentity(TunnelSettings tunnel, PeerRoute route, LocalCredential own)
    {
        K8sPqTunnel.Ike.IkeIdentity? configured = tunnel.LocalId is { } local ? Identity(local) : null;
        return own is LocalCertificate certificate ? certificate.Identity(configured) : configured ?? AddressIdentity(route.Local);
    }

    private static K8sPqTunnel.Ike.IkeIdentity Identity(Api.Settings.IkeIdentity identity) =>
        new((IdentityType)(byte)identity.Type, identity.Data.Span);

    private static K8sPqTunnel.Ike.IkeIdentity AddressIdentity(IPAddress address) => Identity(Api.Settings.IkeIdentity.Of(address));

    /// <summary>Every combination of ESP algorithms that the tunnel's child proposals allow.</summary>
    public static IReadOnlyList<EspTransform> EspTransforms(TunnelSettings tunnel) =>
    [
        .. (from proposal in tunnel.ChildProposals
            from encryption in proposal.Transforms.Where(transform => transform.Type == Api.Proposals.TransformType.Encryption)
            from integrity in proposal.Transforms.Where(transform => transform.Type == Api.Proposals.TransformType.Integrity)
                .Select(transform => (IntegrityId)transform.Id).DefaultIfEmpty(IntegrityId.None)
            from extended in proposal.Transforms.Where(transform => transform.Type == Api.Proposals.TransformType.SequenceNumbers)
                .Select(transform => transform.Id == Transform.SequenceNumbers64).DefaultIfEmpty(false)
            select new EspTransform((EncryptionId)encryption.Id, encryption.KeyBits, integrity, extended)).Distinct(),
    ];

    private static Transform[] Transforms(Api.Proposals.Proposal proposal) =>
        [.. proposal.Transforms.Select(transform => new Transform((TransformType)(byte)transform.Type, transform.Id, transform.KeyBits))];
}
