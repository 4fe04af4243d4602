using K8sPqTunnel.Api.Documents;

namespace K8sPqTunnel.Api.Tests.Validation;

public sealed class NatRulesTests
{
    private const string Local = "local: [10.244.0.0/16]";

    [Theory]
    [InlineData("10.200.0.0/16", "{netmap: [{local: 10.0.0.0/16, as: 10.200.0.0/16}]}")]
    [InlineData("10.200.0.0/15", "{netmap: [{local: 10.0.0.0/16, as: 10.200.0.0/16}, {local: 10.3.0.0/16, as: 10.201.0.0/16}]}")]
    [InlineData("10.200.0.5/32", "{snat: [{local: 10.0.0.0/16, as: 10.200.0.5}, {local: 10.3.0.0/16, as: 10.200.0.5}]}")]
    [InlineData("10.0.0.5/32", "{snat: [{local: 10.0.0.0/16, as: 10.0.0.5}]}")]
    public void A_translation_into_the_tunnel_s_networks_is_taken(string local, string nat) =>
        Assert.Empty(Problems(local, nat));

    [Theory]
    [InlineData("10.244.0.0/16", "{netmap: [{local: 10.244.0.0/16, as: 10.200.0.0/16}]}", "spec.nat.netmap[0].as: the peer sees 10.200.0.0/16, but spec.traffic.local does not hold it: the tunnel's networks are the translated ones, so list 10.200.0.0/16 there instead of 10.244.0.0/16")]
    [InlineData("10.200.0.0/16, 10.0.0.0/16", "{netmap: [{local: 10.0.0.0/16, as: 10.200.0.0/16}]}", "spec.traffic.local: 10.0.0.0/16 is translated into 10.200.0.0/16, so the peer never sees it: the tunnel's networks are the translated ones, so leave 10.0.0.0/16 out")]
    [InlineData("10.200.0.0/16", "{netmap: [{local: 10.20.0.0/16, as: 10.200.0.0/16}]}", "spec.nat.netmap[0].local: 10.20.0.0/16 overlaps 10.20.0.0/16 of spec.traffic.remote, so hosts here cannot tell the peer's from their own: have the peer translate its network too, and list that one in spec.traffic.remote")]
    [InlineData("10.200.0.0/16", "{netmap: [{local: 10.0.0.0/24, as: 10.200.0.0/16}]}", "spec.nat.netmap[0]: 10.0.0.0/24 and 10.200.0.0/16 have different sizes, but each address needs one of its own: make them equal, or use spec.nat.snat, where all share one address")]
    [InlineData("10.200.0.0/16", "{netmap: [{local: 10.200.0.0/16, as: 10.200.0.0/16}]}", "spec.nat.netmap[0]: 10.200.0.0/16 stays what it is: leave the entry out")]
    [InlineData("10.200.0.0/16", "{netmap: [{local: fd00::/16, as: 10.200.0.0/16}]}", "spec.nat.netmap[0]: fd00::/16 is of another family than 10.200.0.0/16: write two IPv4 networks or two IPv6 networks")]
    [InlineData("10.200.0.0/16", "{netmap: [{local: 10.0.0.1/16, as: 10.200.0.0/16}]}", "spec.nat.netmap[0].local: \"10.0.0.1/16\" has bits set after its prefix: write 10.0.0.0/16")]
    [InlineData("10.200.0.0/15", "{netmap: [{local: 10.0.0.0/16, as: 10.200.0.0/16}, {local: 10.0.0.0/24, as: 10.201.0.0/24}]}", "spec.nat.netmap[1].local: 10.0.0.0/24 overlaps 10.0.0.0/16, which is translated into 10.200.0.0/16: each address here has one translation")]
    [InlineData("10.200.0.0/16", "{netmap: [{local: 10.0.0.0/16, as: 10.200.0.0/16}], snat: [{local: 10.3.0.0/16, as: 10.200.0.5}]}", "spec.nat.snat[0].as: 10.200.0.5 overlaps 10.200.0.0/16, by which the peer knows 10.0.0.0/16: each address there has one meaning")]
    [InlineData("10.200.0.0/16", "{snat: [{local: 10.0.0.0/16, as: 10.200.0.0/24}]}", "spec.nat.snat[0].as: \"10.200.0.0/24\" is not an IP address: write one inside spec.traffic.local")]
    [InlineData("10.200.0.0/16", "{snat: [{local: 10.0.0.0/16, as: fd00::1}]}", "spec.nat.snat[0]: 10.0.0.0/16 is of another family than fd00::1: write an address of its family")]
    [InlineData("10.200.0.0/16", "{snat: [{local: 10.0.0.0/16, as: 10.7.0.1}]}", "spec.nat.snat[0].as: the peer sees 10.7.0.1, but spec.traffic.local does not hold it: the tunnel's networks are the translated ones, so list 10.7.0.1/32 there")]
    public void What_cannot_be_translated_is_named_with_a_way_out(string local, string nat, string problem) =>
        Assert.Equal(problem, Assert.Single(Problems(local, nat)).Split(": ", 2)[1]);

    [Fact]
    public void The_settings_tell_both_kinds_apart()
    {
        using TunnelDocument document = TunnelDocument.Load(
            Sample.Yaml.Replace(Local, "local: [10.200.0.0/15]", StringComparison.Ordinal)
            + "\n  nat: {netmap: [{local: 10.0.0.0/16, as: 10.200.0.0/16}], snat: [{local: 10.3.0.0/16, as: 10.201.0.5}]}", "tunnel.yaml");
        Assert.Equal(["10.0.0.0/16 10.200.0.0/16 False", "10.3.0.0/16 10.201.0.5/32 True"],
            Assert.Single(document.Tunnels).Translations.Select(translation => $"{translation.Local} {translation.As} {translation.IsOneWay}"));
    }

    private static string[] Problems(string local, string nat) => Sample.ProblemsAfter(Local, $"local: [{local}]", $"nat: {nat}");
}
