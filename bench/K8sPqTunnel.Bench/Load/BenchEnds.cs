using System.Net;
using System.Text;
using K8sPqTunnel.Bench.Suites;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Negotiation;

namespace K8sPqTunnel.Bench.Load;

/// <summary>Who the two ends of all benchmark tunnels are, and what they carry: the same for us and for charon.</summary>
internal static class BenchEnds
{
    public const string InitiatorAddress = "10.9.0.1";
    public const string ResponderAddress = "10.9.0.2";
    public const string Psk = "a key that only the benchmark uses, 32+ octets";

    /// <summary>Each initiator has a name of its own below this domain: one peer, one IKE SA.</summary>
    public const string InitiatorDomain = "clients.bench.example";

    public const string ResponderId = "server.bench.example";
    public const string InitiatorNetwork = "10.1.0.0/24";
    public const string ResponderNetwork = "10.2.0.0/24";

    private static readonly TimeSpan Never = TimeSpan.FromDays(1);

    /// <summary>An initiator, but for its name.</summary>
    /// <param name="authentication">Stays the caller's.</param>
    public static ConnectionConfig Initiator(Suite suite, IPAddress local, int port, IPAddress remote, AuthenticationConfig authentication) => Common(suite, authentication) with
    {
        LocalAddress = local,
        HasIkePort = false,
        LocalNatTraversalPort = port,
        RemoteAddresses = [remote],
        RemoteIdentity = Fqdn(ResponderId),
        LocalSelectors = [TrafficSelector.Of(IPNetwork.Parse(InitiatorNetwork))],
        RemoteSelectors = [TrafficSelector.Of(IPNetwork.Parse(ResponderNetwork))],
    };

    /// <summary>The responder, which takes everybody who can prove a name.</summary>
    /// <param name="authentication">Stays the caller's.</param>
    public static ConnectionConfig Responder(Suite suite, IPAddress local, AuthenticationConfig authentication) => Common(suite, authentication) with
    {
        LocalAddress = local,
        RemoteNetworks = [IPNetwork.Parse("0.0.0.0/0")],
        LocalIdentity = Fqdn(ResponderId),
        LocalSelectors = [TrafficSelector.Of(IPNetwork.Parse(ResponderNetwork))],
        RemoteSelectors = [TrafficSelector.Of(IPNetwork.Parse(InitiatorNetwork))],
        StartAction = StartAction.None,
    };

    public static string InitiatorName(int number) => $"c{number}.{InitiatorDomain}";

    public static IkeIdentity InitiatorId(int number) => Fqdn(InitiatorName(number));

    private static ConnectionConfig Common(Suite suite, AuthenticationConfig authentication) => new()
    {
        Name = "bench",
        LocalAddress = IPAddress.Any,
        RemoteAddresses = [],
        LocalIdentity = InitiatorId(0),
        LocalSelectors = [],
        RemoteSelectors = [],
        Authentication = authentication,
        IkeProposals = [suite.IkeProposal],
        EspProposals = [Suite.EspProposal],
        QuantumPolicy = suite.IsHybrid ? QuantumPolicy.Required : QuantumPolicy.Disabled,
        // As the wire between the two, and as charon has it: nobody cuts a message.
        FragmentIpSize = 1500,
        LivenessDelay = Never,
        IkeLifetime = Never,
        ChildLifetime = Never,
    };

    private static IkeIdentity Fqdn(string name) => new(IdentityType.Fqdn, Encoding.ASCII.GetBytes(name));
}
