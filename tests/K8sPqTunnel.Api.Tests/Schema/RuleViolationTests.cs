using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Tests.Schema;

public sealed class RuleViolationTests
{
    public static TheoryData<string> OfTunnels =>
        [.. RuleViolation.All.Where(each => each.Rule.Kind == IpsecTunnel.KindName && each.Before is null).Select(each => each.ToString())];

    [Fact]
    public void Every_rule_has_an_object_that_breaks_it() => Assert.Empty(CelRule.All.Except(RuleViolation.All.Select(violation => violation.Rule)));

    /// <summary>Where no API server evaluates CEL, and where the daemon reads a file, the C# rules are all there is.</summary>
    [Theory, MemberData(nameof(OfTunnels))]
    public void What_the_API_server_refuses_our_own_rules_refuse_too(string violation)
    {
        using TunnelDocument document = TunnelDocument.Load(RuleViolation.Named(violation).Yaml);
        Assert.NotEmpty(document.Problems);
    }
}
