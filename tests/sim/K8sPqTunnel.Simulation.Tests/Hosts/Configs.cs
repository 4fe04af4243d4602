using System.Net;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Simulation.Tests.Scenarios;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>The configurations of both ends, as a scenario has them.</summary>
internal static class Configs
{
    public static IPAddress LeftAddress { get; } = IPAddress.Parse("192.0.2.1");

    public static IPAddress RightAddress { get; } = IPAddress.Parse("198.51.100.7");

    /// <summary>What the right end sees of the left one behind a NAT.</summary>
    public static IPAddress NatAddress { get; } = IPAddress.Parse("203.0.113.5");

    private static readonly string[] LeftNetworks = ["10.1.0.0/16", "10.3.0.0/16"];
    private static readonly string[] RightNetworks = ["10.2.0.0/16", "10.4.0.0/16"];

    public static ConnectionConfig Of(Sides side, Scenario scenario)
    {
        bool isLeft = side == Sides.Left;
        IPAddress leftSeen = scenario.HasNat ? NatAddress : LeftAddress;
        return new ConnectionConfig
        {
            Name = side.ToString(),
            LocalAddress = isLeft ? LeftAddress : RightAddress,
            RemoteAddresses = [isLeft ? RightAddress : leftSeen],
            StartAction = scenario.Starters.HasFlag(side) ? StartAction.Start : StartAction.None,
            LocalIdentity = Identity(isLeft),
            RemoteIdentity = Identity(!isLeft),
            Authentication = AuthenticationConfig.PreSharedKey(new Secret("a pre-shared key of the simulation"u8)),
            IkeProposals = [scenario.Ike],
            EspProposals = [scenario.Esp],
            LocalSelectors = Selectors(isLeft ? LeftNetworks : RightNetworks, scenario.Selectors),
            RemoteSelectors = Selectors(isLeft ? RightNetworks : LeftNetworks, scenario.Selectors),
            FragmentIpSize = isLeft ? scenario.FragmentSizeLeft : scenario.FragmentSizeRight,
            SelectorMode = scenario.ChildPerPair ? SelectorMode.PerPair : SelectorMode.Combined,
            IkeLifetime = scenario.IkeLifetime,
            ChildLifetime = scenario.ChildLifetime,
        };
    }

    private static IkeIdentity Identity(bool isLeft) => new(IdentityType.Fqdn, isLeft ? "left.test.example"u8 : "right.test.example"u8);

    private static IReadOnlyList<TrafficSelector> Selectors(string[] networks, int count) =>
        [.. networks.Take(count).Select(network => TrafficSelector.Of(IPNetwork.Parse(network)))];
}
