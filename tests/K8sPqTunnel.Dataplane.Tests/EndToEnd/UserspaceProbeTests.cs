using System.Net;
using K8sPqTunnel.Dataplane.Tests.Conformance;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.EndToEnd;

public sealed class UserspaceProbeTests : ProbeConformance
{
    private protected override IGatewayKind Kind { get; } = new UserspaceGateways();

    [Theory]
    [InlineData("10.2.0.1", "10.1.255.9")]
    [InlineData("fd00:2::1", "fd00:1:0:ffff::9")]
    public async Task Several_hundred_health_checks_a_second_to_an_address_that_no_host_has_are_answered(string from, string to)
    {
        const int checks = 300;
        await using var net = new TwoGateways(Kind, innerIpv6: true, answers: [IPAddress.Parse(to)]);
        net.Establish();
        Assert.Contains($"{checks} received, 0% packet loss", net.Right.Shell($"ping -c {checks} -i 0.002 -W 10 -I {from} {to}"), StringComparison.Ordinal);
        Assert.Equal(checks, net.Left.Run(net.LeftPlane.ReadCounters).ProbesAnswered);
    }
}
