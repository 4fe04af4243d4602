using System.Net;
using K8sPqTunnel.Api.Proposals;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>Settings while the rules read them, with the problems found so far.</summary>
/// <param name="defaults">The peer's profile.</param>
internal sealed class SettingsDraft(string @namespace, string name, ProfileDefaults defaults)
{
    private readonly List<Problem> _problems = [];

    public string Name { get; } = name;
    public ProfileDefaults Defaults { get; } = defaults;
    public IReadOnlyList<Problem> Problems => _problems;

    public IReadOnlyList<PeerAddress> PeerAddresses { get; set; } = [];
    public IReadOnlyList<IPNetwork> PeerNetworks { get; set; } = [];
    public IPAddress? LocalAddress { get; set; }
    public IkeIdentity? PeerId { get; set; }
    public IkeIdentity? LocalId { get; set; }
    public IReadOnlyList<IkeIdentity> OtherLocalIds { get; set; } = [];
    public AuthenticationSettings? Authentication { get; set; }
    public IReadOnlyList<Proposal> IkeProposals { get; set; } = [];
    public IReadOnlyList<Proposal> ChildProposals { get; set; } = [];
    public TimeSpan IkeLifetime { get; set; }
    public TimeSpan ChildLifetime { get; set; }
    public TimeSpan? ReauthenticationInterval { get; set; }
    public long? ChildLifetimeBytes { get; set; }
    public long? ChildLifetimePackets { get; set; }
    public int ReplayWindow { get; set; }
    public TimeSpan SuccessorDelay { get; set; }
    public TransportSettings? Transport { get; set; }
    public MtuSettings? Mtu { get; set; }
    public LivenessSettings? Liveness { get; set; }
    public LimitSettings? Limits { get; set; }
    public IReadOnlyList<IPNetwork> Local { get; set; } = [];
    public IReadOnlyList<IPNetwork> Remote { get; set; } = [];
    public RoutedSettings? Routed { get; set; }
    public MarkSettings? Mark { get; set; }
    public TrafficSelectors Selectors { get; set; }
    public IReadOnlyList<AddressTranslation> Translations { get; set; } = [];
    public ProbeSettings? Probe { get; set; }
    public IReadOnlyList<IPAddress> ProbeAnswers { get; set; } = [];

    public void Report(string path, string message) => _problems.Add(new Problem(path, message));

    public TunnelSettings Build(IpsecTunnelSpec spec) => new()
    {
        Namespace = @namespace,
        Name = Name,
        Profile = Defaults.Profile,
        PeerAddresses = PeerAddresses,
        PeerNetworks = PeerNetworks,
        LocalAddress = LocalAddress,
        StartAction = spec.StartAction ?? StartAction.Start,
        PeerId = PeerId!,
        LocalId = LocalId,
        OtherLocalIds = OtherLocalIds,
        Authentication = Authentication!,
        KeyExchange = spec.PostQuantum?.KeyExchange ?? KeyExchangePolicy.Required,
        IkeProposals = IkeProposals,
        ProposalOrder = spec.Ike?.ProposalOrder ?? ProposalOrder.Ours,
        IkeLifetime = IkeLifetime,
        Reauthenticate = spec.Ike?.Reauthenticate ?? Defaults.Reauthenticate,
        ReauthenticationInterval = ReauthenticationInterval,
        Childless = spec.Ike?.Childless ?? false,
        ChildProposals = ChildProposals,
        ChildLifetime = ChildLifetime,
        ChildLifetimeBytes = ChildLifetimeBytes,
        ChildLifetimePackets = ChildLifetimePackets,
        ReplayWindow = ReplayWindow,
        HardwareOffload = spec.Child?.HardwareOffload ?? HardwareOffload.Disabled,
        SuccessorDelay = SuccessorDelay,
        Local = Local,
        Remote = Remote,
        Routed = Routed,
        Mark = Mark,
        Selectors = Selectors,
        Translations = Translations,
        Transport = Transport!,
        Mtu = Mtu!,
        Liveness = Liveness!,
        Limits = Limits!,
        Dataplane = spec.Dataplane ?? DataplaneChoice.Auto,
        Probe = Probe,
        ProbeAnswers = ProbeAnswers,
        GatewayName = spec.GatewayRef?.Name,
        NodeSelector = spec.Gateway?.NodeSelector ?? new Dictionary<string, string>(),
    };
}
