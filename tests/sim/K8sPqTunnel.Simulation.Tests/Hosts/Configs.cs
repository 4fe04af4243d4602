using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Simulation.Tests.Scenarios;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>The configurations of both ends, as a scenario has them.</summary>
internal static class Configs
{
    private static readonly string[] LeftNetworks = ["10.1.0.0/16", "10.3.0.0/16"];
    private static readonly string[] RightNetworks = ["10.2.0.0/16", "10.4.0.0/16"];
    private static readonly string[] LeftFamilies = ["10.1.0.0/16", "fd01::/48"];
    private static readonly string[] RightFamilies = ["10.2.0.0/16", "fd02::/48"];
    private static readonly string[] SecondLeftNetworks = ["10.11.0.0/16", "10.13.0.0/16"];
    private static readonly string[] SecondRightNetworks = ["10.12.0.0/16", "10.14.0.0/16"];

    /// <summary>The pre-shared key that both ends have.</summary>
    public static Secret PreSharedKey { get; } = new("a pre-shared key of the simulation"u8);

    /// <param name="number">Of several tunnels between the two ends, from 0.</param>
    /// <param name="address">Where the end is now.</param>
    public static ConnectionConfig Of(Sides side, Scenario scenario, int number, IPAddress address)
    {
        bool isLeft = side == Sides.Left;
        AddressPlan plan = scenario.Addresses;
        return scenario.Change(side, new ConnectionConfig
        {
            Name = number == 0 ? side.ToString() : $"{side} {number + 1}",
            LocalAddress = address,
            RemoteAddresses = [.. isLeft ? plan.RightMayBe(scenario) : plan.LeftMayBe(scenario)],
            StartAction = scenario.Starters.HasFlag(side) ? StartAction.Start : StartAction.None,
            LocalIdentity = Identity(isLeft, number),
            RemoteIdentity = Identity(!isLeft, number),
            Authentication = AuthenticationConfig.PreSharedKey(PreSharedKey),
            IkeProposals = [scenario.Ike],
            EspProposals = [scenario.Esp],
            LocalSelectors = Selectors(isLeft, scenario, number),
            RemoteSelectors = Selectors(!isLeft, scenario, number),
            FragmentIpSize = isLeft ? scenario.FragmentSizeLeft : scenario.FragmentSizeRight,
            SelectorMode = scenario.ChildPerPair ? SelectorMode.PerPair : SelectorMode.Combined,
            IkeLifetime = scenario.IkeLifetime,
            ChildLifetime = scenario.ChildLifetime,
        });
    }

    /// <summary>A connection of the right end for somebody who never comes.</summary>
    public static ConnectionConfig Decoy(Scenario scenario, int number, IPAddress address) =>
        Of(Sides.Right, scenario, 0, address) with
        {
            Name = $"decoy {number + 1}",
            StartAction = StartAction.None,
            RemoteIdentity = new IkeIdentity(IdentityType.Fqdn, "nobody.test.example"u8),
            Authentication = AuthenticationConfig.PreSharedKey(new Secret("a pre-shared key of somebody else"u8)),
        };

    /// <summary>The same for any left end, from anywhere.</summary>
    public static ConnectionConfig Pattern(ConnectionConfig config) => config with
    {
        StartAction = StartAction.None,
        LocalAddress = config.LocalAddress.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any,
        RemoteIdentity = new IkeIdentity(IdentityType.Fqdn, "*.test.example"u8),
        RemoteAddresses = [],
        RemoteNetworks = [IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")],
    };

    private static IkeIdentity Identity(bool isLeft, int number) => (isLeft, number) switch
    {
        (true, 0) => new(IdentityType.Fqdn, "left.test.example"u8),
        (false, 0) => new(IdentityType.Fqdn, "right.test.example"u8),
        (true, _) => new(IdentityType.Fqdn, "left2.test.example"u8),
        (false, _) => new(IdentityType.Fqdn, "right2.test.example"u8),
    };

    private static IReadOnlyList<TrafficSelector> Selectors(bool ofLeft, Scenario scenario, int number)
    {
        IEnumerable<string> networks = (scenario.HasBothFamilies, number) switch
        {
            (true, _) => ofLeft ? LeftFamilies : RightFamilies,
            (_, 0) => (ofLeft ? LeftNetworks : RightNetworks).Take(scenario.Selectors),
            _ => (ofLeft ? SecondLeftNetworks : SecondRightNetworks).Take(scenario.Selectors),
        };
        return [.. networks.Select(network => TrafficSelector.Of(IPNetwork.Parse(network)))];
    }
}
