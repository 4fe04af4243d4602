using System.Net;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Sidecar.Sockets;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Puts a tunnel's settings into the terms of the IKE core.</summary>
internal static class ConnectionSettings
{
    /// <summary>Gives a peer that is away 41 s before an attempt counts as failed.</summary>
    private static readonly RetransmissionPlan Retransmission = new(TimeSpan.FromSeconds(1), 1.8, 5);

    public static ConnectionConfig Of(TunnelSettings tunnel, PeerRoute route, IkePorts ports, Secret preSharedKey) => new()
    {
        Name = tunnel.Name,
        LocalAddress = route.Local,
        HasIkePort = ports.Ike is not null,
        LocalNatTraversalPort = ports.NatTraversal.Port,
        RemoteAddresses = route.Remotes,
        LocalIdentity = tunnel.LocalId is { } local ? Identity(local) : AddressIdentity(route.Local),
        RemoteIdentity = Identity(tunnel.PeerId),
        PreSharedKey = preSharedKey,
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
        // The user-space data plane carries ESP in UDP only.
        ForceUdpEncapsulation = true,
        ReplayWindow = ProfileDefaults.Of(tunnel.Profile).ReplayWindow,
        SuccessorDelay = ProfileDefaults.Of(tunnel.Profile).SuccessorDelay,
        Retransmission = Retransmission,
        IkeLifetime = tunnel.IkeLifetime,
        ChildLifetime = tunnel.ChildLifetime,
    };

    private static K8sPqTunnel.Ike.IkeIdentity Identity(Api.Settings.IkeIdentity identity) =>
        new((IdentityType)(byte)identity.Type, identity.Data.Span);

    private static K8sPqTunnel.Ike.IkeIdentity AddressIdentity(IPAddress address) => Identity(Api.Settings.IkeIdentity.Of(address));

    private static Transform[] Transforms(Api.Proposals.Proposal proposal) =>
        [.. proposal.Transforms.Select(transform => new Transform((TransformType)(byte)transform.Type, transform.Id, transform.KeyBits))];
}
