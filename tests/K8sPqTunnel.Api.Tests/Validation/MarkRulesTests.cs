using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Tests.Validation;

public sealed class MarkRulesTests
{
    private const string Policy = "traffic: {mode: Policy, local: [10.244.0.0/16], remote: [10.20.0.0/16]}";

    [Theory]
    [InlineData("\"0x2a\"", 0x2a, uint.MaxValue)]
    [InlineData("\"42\"", 42, uint.MaxValue)]
    [InlineData("0x100/0xff00", 0x100, 0xff00)]
    [InlineData("0/0xff", 0, 0xff)]
    public void A_tunnel_takes_only_packets_with_its_mark(string mark, uint value, uint mask) =>
        Assert.Equal(new MarkSettings(value, mask), Read(With(mark)).Mark);

    [Fact]
    public void Without_a_mark_it_takes_all() => Assert.Null(Read(Policy).Mark);

    [Theory]
    [InlineData("0x2a/0x1")]
    [InlineData("red")]
    [InlineData("1/0")]
    public void A_wrong_mark_is_named_with_a_right_one(string mark) => Assert.EndsWith(
        $"spec.traffic.mark: \"{mark}\" is no firewall mark: write a number, and with a slash a mask that has its bits, for example 0x2a or 0x100/0xff00",
        Assert.Single(Sample.ProblemsAfter(Policy, With(mark))), StringComparison.Ordinal);

    [Fact]
    public void In_mode_Route_the_rules_have_the_marks() => Assert.EndsWith(
        "spec.traffic.mark: it is for mode: Policy; in mode Route the rules ask for marks: write spec.traffic.rules: [{mark: \"0x2a\"}]",
        Assert.Single(Sample.ProblemsAfter(Policy, "traffic: {mode: Route, mark: \"0x2a\", routes: [{to: 10.20.0.0/16}]}")), StringComparison.Ordinal);

    private static TunnelSettings Read(string traffic)
    {
        using TunnelDocument document = TunnelDocument.Load(Sample.Yaml.Replace(Policy, traffic, StringComparison.Ordinal), "tunnel.yaml");
        Assert.Empty(document.Problems);
        return Assert.Single(document.Tunnels);
    }

    private static string With(string mark) => Policy.Replace("}", $", mark: {mark}}}", StringComparison.Ordinal);
}
