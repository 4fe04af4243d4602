using System.Net;
using K8sPqTunnel.Api.Proposals;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>Settings while the rules read them, with the problems found so far.</summary>
internal sealed class SettingsDraft(string @namespace, string name)
{
    private readonly List<Problem> _problems = [];

    public string Name { get; } = name;
    public IReadOnlyList<Problem> Problems => _problems;

    public IReadOnlyList<PeerAddress> PeerAddresses { get; set; } = [];
    public IkeIdentity? PeerId { get; set; }
    public IkeIdentity? LocalId { get; set; }
    public SecretReference? Psk { get; set; }
    public IReadOnlyList<Proposal> IkeProposals { get; set; } = [];
    public IReadOnlyList<Proposal> ChildProposals { get; set; } = [];
    public TimeSpan IkeLifetime { get; set; }
    public TimeSpan ChildLifetime { get; set; }
    public IReadOnlyList<IPNetwork> Local { get; set; } = [];
    public IReadOnlyList<IPNetwork> Remote { get; set; } = [];
    public ProbeSettings? Probe { get; set; }

    public void Report(string path, string message) => _problems.Add(new Problem(path, message));

    public TunnelSettings Build(IpsecTunnelSpec spec) => new()
    {
        Namespace = @namespace,
        Name = Name,
        Profile = spec.Peer?.Profile ?? PeerProfile.Generic,
        PeerAddresses = PeerAddresses,
        PeerId = PeerId!,
        LocalId = LocalId,
        Psk = Psk!,
        KeyExchange = spec.PostQuantum?.KeyExchange ?? KeyExchangePolicy.Required,
        IkeProposals = IkeProposals,
        IkeLifetime = IkeLifetime,
        ChildProposals = ChildProposals,
        ChildLifetime = ChildLifetime,
        Local = Local,
        Remote = Remote,
        Dataplane = spec.Dataplane ?? DataplaneChoice.Auto,
        Probe = Probe,
        NodeSelector = spec.Gateway?.NodeSelector ?? new Dictionary<string, string>(),
    };
}
