using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

/// <summary>What the user writes. Everything that may be left out is null here; <see cref="Settings.TunnelSettings"/> holds the filled-in form.</summary>
[Field("What the tunnel should be. What is left out is filled in from the peer's profile.")]
[Rule(".gatewayRef", "has(self.gatewayRef) == has(oldSelf.gatewayRef) && (!has(self.gatewayRef) || self.gatewayRef.name == oldSelf.gatewayRef.name)",
    "spec.gatewayRef cannot change: delete the tunnel, which takes it down where it runs, and create it anew with the other gateway.")]
[Rule(".gateway", "!has(self.gateway) || !has(self.gatewayRef)",
    "spec.gateway is for a tunnel with a gateway of its own: leave it out, and choose nodes in the spec of the IpsecGateway that spec.gatewayRef names.")]
[Rule(".ike.proposals", "self.postQuantum.keyExchange != 'Required' || !has(self.ike) || !has(self.ike.proposals) "
    + "|| self.ike.proposals.all(p, p.contains('mlkem') && !p.contains('_none'))",
    "spec.ike.proposals: one can be answered without ML-KEM, but spec.postQuantum.keyExchange is Required: "
    + "add -ke1_mlkem768 (and no ke1_none), or set Preferred.")]
[Rule(".ike.proposals", "self.postQuantum.keyExchange != 'Disabled' || !has(self.ike) || !has(self.ike.proposals) "
    + "|| self.ike.proposals.all(p, !p.contains('mlkem'))",
    "spec.ike.proposals: one names ML-KEM, but spec.postQuantum.keyExchange is Disabled: leave it out, or set Preferred or Required.")]
[Rule(".traffic.remote", "self.traffic.mode == 'Route' || !has(self.traffic.local) || !has(self.traffic.remote) || !self.traffic.local.exists(l, l in self.traffic.remote)",
    "spec.traffic: a network stands in both local and remote; each belongs to one side.")]
[Rule(".nat.netmap", "!has(self.nat) || !has(self.nat.netmap) || !has(self.traffic.local) || self.nat.netmap.all(m, !(m.local in self.traffic.local))",
    "spec.nat.netmap: a network stands as local and in spec.traffic.local, but the tunnel's networks are the translated ones: list as there instead.")]
[Rule(".startAction", "self.startAction == 'None' || self.peer.addresses.exists(a, a != 'any' && !a.contains('/'))",
    "spec.peer.addresses names only networks, so this end has no address to begin with: set spec.startAction: None, or add an address.")]
[Rule(".peer.id", "has(self.peer.id) || self.peer.addresses.exists(a, a != 'any' && !a.contains('/'))",
    "spec.peer.addresses names only networks: say with spec.peer.id who may come.")]
public sealed record IpsecTunnelSpec
{
    [Field("The IpsecGateway that carries the tunnel, beside others. Default: the tunnel has a gateway of its own. Cannot change. "
        + "Ignored by `pqtunnel up`.")]
    public GatewayRef? GatewayRef { get; init; }

    [Field("Where the tunnel's own gateway pod runs. Ignored by `pqtunnel up`, which runs where it is started.")]
    public GatewaySpec? Gateway { get; init; }

    [Field("The other end.", Required = true)]
    public PeerSpec? Peer { get; init; }

    [Field("This end.")]
    public LocalSpec? Local { get; init; }

    [Field("Who begins. Start: this end, at once and after every loss. Trap: this end, when a packet wants to go through the tunnel. None: the peer. "
        + "Whatever it says, a peer that begins is answered.", Default = "\"Start\"")]
    public StartAction? StartAction { get; init; }

    [Field("How both ends prove who they are.", Required = true)]
    public AuthenticationSpec? Authentication { get; init; }

    [Field("Whether the tunnel's keys must withstand a quantum computer.", Default = "{}")]
    public PostQuantumSpec? PostQuantum { get; init; }

    [Field("The IKE SA.")]
    public IkeSpec? Ike { get; init; }

    [Field("The child SA, which carries the packets.")]
    public ChildSpec? Child { get; init; }

    [Field("Which packets the tunnel carries.", Required = true)]
    public TrafficSpec? Traffic { get; init; }

    [Field("Other addresses inside the tunnel than on this side; spec.traffic has those inside. Without it source addresses stay as they are.")]
    public NatSpec? Nat { get; init; }

    [Field("What encrypts the packets. Auto takes the kernel's XFRM where a probe shows that it can, and our user-space ESP otherwise.",
        Default = "\"Auto\"")]
    public DataplaneChoice? Dataplane { get; init; }

    [Field("How IKE messages travel.")]
    public TransportSpec? Transport { get; init; }

    [Field("How large the tunnel's packets may be. What is left out is found out.")]
    public MtuSpec? Mtu { get; init; }

    [Field("How a silent peer is noticed.")]
    public LivenessSpec? Liveness { get; init; }

    [Field("What peers that have not proved themselves may cost.")]
    public LimitsSpec? Limits { get; init; }

    [Field("Asks inside the tunnel whether packets pass, and answers where the peer asks. Without a target Ready means that the child SA is up.")]
    public ProbeSpec? Probe { get; init; }
}
