using System.Net;
using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Tests.Validation;

public sealed class RouteRulesTests
{
    private const string Policy = "traffic: {mode: Policy, local: [10.244.0.0/16], remote: [10.20.0.0/16]}";

    [Fact]
    public void A_routed_tunnel_is_read_with_its_interface_routes_and_rules()
    {
        TunnelSettings tunnel = Read("interface: {name: cf0, addresses: [169.254.240.1/31, \"fd00:f::1/127\"]}, routes: [{to: 10.20.0.0/16}, {to: 0.0.0.0/0, metric: 50}, "
            + "{to: 10.30.0.0/16, table: 100}], rules: [{from: 10.244.0.0/16}, {to: 10.20.0.0/16, mark: \"0x2a\"}, {mark: 256/0xff00}]");
        Assert.Equal([Net("0.0.0.0/0"), Net("::/0")], tunnel.Local);
        Assert.Equal([Net("0.0.0.0/0"), Net("::/0")], tunnel.Remote);
        RoutedSettings routed = Assert.IsType<RoutedSettings>(tunnel.Routed);
        Assert.Equal("cf0", routed.InterfaceName);
        Assert.Equal([new AddressSettings(IPAddress.Parse("169.254.240.1"), 31), new AddressSettings(IPAddress.Parse("fd00:f::1"), 127)], routed.Addresses);
        Assert.Equal([new RouteSettings(Net("10.20.0.0/16"), 100, null), new RouteSettings(Net("0.0.0.0/0"), 50, null), new RouteSettings(Net("10.30.0.0/16"), 100, 100)], routed.Routes);
        Assert.Equal(
            [new RuleSettings(Net("10.244.0.0/16"), null, null), new RuleSettings(null, Net("10.20.0.0/16"), new MarkSettings(0x2a, uint.MaxValue)),
                new RuleSettings(null, null, new MarkSettings(0x100, 0xff00))], routed.Rules);
    }

    [Theory]
    [InlineData("routes: [{to: 10.20.0.0/16}]", "0.0.0.0/0")]
    [InlineData("routes: [{to: 10.20.0.0/16}, {to: \"fd00:2::/48\"}]", "0.0.0.0/0 ::/0")]
    [InlineData("routes: [{to: \"fd00:2::/48\"}]", "::/0")]
    [InlineData("interface: {addresses: [\"fd00::1/64\"]}", "::/0")]
    [InlineData("interface: {name: gcp0}", "0.0.0.0/0")]
    [InlineData("local: [10.244.0.0/16], remote: [10.0.0.0/8], routes: [{to: 10.20.0.0/16}]", "10.0.0.0/8")]
    public void The_selectors_are_all_addresses_of_what_is_routed_unless_they_are_written(string traffic, string remote) =>
        Assert.Equal(remote.Split(' ').Select(Net), Read(traffic).Remote);

    [Theory]
    [InlineData("interface: {name: \"a/b\"}", "spec.traffic.interface.name: \"a/b\" is no name for an interface of ours: write up to 15 letters and digits, for example cf0")]
    [InlineData("interface: {name: lo}", "spec.traffic.interface.name: \"lo\" is no name for an interface of ours: write up to 15 letters and digits, for example cf0")]
    [InlineData("interface: {name: abcdefghijklmnop}", "spec.traffic.interface.name: \"abcdefghijklmnop\" is no name for an interface of ours: write up to 15 letters and digits, for example cf0")]
    [InlineData("interface: {addresses: [169.254.240.1]}", "spec.traffic.interface.addresses[0]: \"169.254.240.1\" is no address of an interface: write it with the length of its network's prefix, for example 169.254.240.1/31")]
    [InlineData("interface: {addresses: [10.0.0.1/24, 10.0.0.1/32]}", "spec.traffic.interface.addresses[1]: 10.0.0.1 stands twice: leave one out")]
    [InlineData("routes: [{to: 10.20.0.1/16}]", "spec.traffic.routes[0].to: \"10.20.0.1/16\" has bits set after its prefix: write 10.20.0.0/16")]
    [InlineData("routes: [{to: 10.20.0.0/16, metric: 0}]", "spec.traffic.routes[0].metric: 0 is out of bounds: write 1 to 2147483647, for example 100")]
    [InlineData("routes: [{to: 10.20.0.0/16, table: 254}]", "spec.traffic.routes[0].table: 254 is one of the host's own tables, by which IKE finds the peer: leave it out for the tunnel's own, or write another number, for example 100")]
    [InlineData("routes: [{to: 10.20.0.0/16}, {to: 10.20.0.0/16, metric: 7}]", "spec.traffic.routes[1].to: 10.20.0.0/16 stands twice in one table: leave one out")]
    [InlineData("local: [10.244.0.0/16], remote: [10.20.0.0/16], routes: [{to: 10.0.0.0/8}]", "spec.traffic.routes[0].to: 10.0.0.0/8 lies outside spec.traffic.remote, so no SA would carry what is led there: leave local and remote out, or widen them")]
    [InlineData("rules: [{}]", "spec.traffic.rules[0]: the rule is for no packets: write from, to or mark")]
    [InlineData("rules: [{from: 10.0.0.0/8, to: \"fd00::/8\"}]", "spec.traffic.rules[0]: no packet goes from 10.0.0.0/8 to fd00::/8: write two networks of one IP version")]
    [InlineData("rules: [{mark: 0x2a/0x1}]", "spec.traffic.rules[0].mark: \"0x2a/0x1\" is no firewall mark: write a number, and with a slash a mask that has its bits, for example 0x2a or 0x100/0xff00")]
    [InlineData("routes: [{to: 10.20.0.0/16, table: 7}], rules: [{mark: \"1\"}]", "spec.traffic.rules: they ask the tunnel's own routing table, but every route names another: leave out the rules, or a route's table")]
    public void A_wrong_value_is_named_with_a_way_out(string traffic, string problem) => Assert.Equal([problem], Problems(traffic));

    [Fact]
    public void A_probe_asks_where_a_route_leads()
    {
        string[] problems = Sample.ProblemsAfter(Policy, "traffic: {mode: Route, routes: [{to: 10.21.0.0/16}]}");
        Assert.EndsWith("spec.probe.target: 10.20.0.1 lies in none of spec.traffic.routes, so the probe would not go through the tunnel: choose an address "
            + "inside one, or beside an address of the interface", Assert.Single(problems), StringComparison.Ordinal);
        Assert.Empty(Sample.ProblemsAfter(Policy, "traffic: {mode: Route, interface: {addresses: [10.20.0.2/30]}}"));
    }

    [Fact]
    public void What_is_for_routes_is_refused_where_networks_choose_the_packets() => Assert.EndsWith(
        "spec.traffic: interface, routes and rules are for a tunnel whose packets are routed into it: leave them out, or write mode: Route",
        Assert.Single(Sample.ProblemsAfter("mode: Policy", "mode: Policy, routes: [{to: 10.20.0.0/16}]")), StringComparison.Ordinal);

    [Fact]
    public void Networks_that_choose_the_packets_have_to_be_written() => Assert.Equal(2,
        Sample.ProblemsAfter("probe: {target: 10.20.0.1, interval: 1s}", "").Length + Sample.ProblemsAfter(
            Policy + "\n  dataplane: Auto\n  probe: {target: 10.20.0.1, interval: 1s}", "traffic: {mode: Policy}").Length);

    private static IPNetwork Net(string text) => IPNetwork.Parse(text);

    private static TunnelSettings Read(string traffic)
    {
        string yaml = Sample.Yaml.Replace(Policy, $"traffic: {{mode: Route, {traffic}}}").Replace("probe: {target: 10.20.0.1, interval: 1s}", "");
        using TunnelDocument document = TunnelDocument.Load(yaml, "tunnel.yaml");
        Assert.Empty(document.Problems);
        return Assert.Single(document.Tunnels);
    }

    private static string[] Problems(string traffic)
    {
        string yaml = Sample.Yaml.Replace(Policy, $"traffic: {{mode: Route, {traffic}}}").Replace("probe: {target: 10.20.0.1, interval: 1s}", "");
        using TunnelDocument document = TunnelDocument.Load(yaml, "tunnel.yaml");
        return [.. document.Problems.Select(problem => problem.ToString()).Select(text => text[(text.IndexOf(' ') + 1)..])];
    }
}
