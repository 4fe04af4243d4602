using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Operator.Rendering;

namespace K8sPqTunnel.Operator.Tests.Rendering;

public sealed class RawSocketsTests
{
    [Theory]
    // A probe from a socket of the host: on the kernel's data plane, and with what it takes a raw socket for.
    [InlineData(DataplaneChoice.Auto, ProbeProtocol.Icmp, true)]
    [InlineData(DataplaneChoice.Xfrm, ProbeProtocol.Icmp, true)]
    [InlineData(DataplaneChoice.Auto, ProbeProtocol.Tcp, true)]
    [InlineData(DataplaneChoice.Xfrm, ProbeProtocol.Tcp, true)]
    [InlineData(DataplaneChoice.Userspace, ProbeProtocol.Icmp, false)]
    [InlineData(DataplaneChoice.Userspace, ProbeProtocol.Tcp, false)]
    [InlineData(DataplaneChoice.Auto, ProbeProtocol.Udp, false)]
    [InlineData(DataplaneChoice.Xfrm, ProbeProtocol.Udp, false)]
    public void A_probe_needs_them_where_the_kernel_may_carry_the_tunnel(DataplaneChoice dataplane, ProbeProtocol protocol, bool expected)
    {
        var probe = new ProbeSpec { Target = "10.20.0.1", Protocol = protocol, Port = protocol == ProbeProtocol.Icmp ? null : 80 };
        Assert.Equal(expected, IsNeeded(Unprobed with { Dataplane = dataplane, Probe = probe }));
    }

    [Theory]
    [InlineData(DataplaneChoice.Auto, EncapsulationPolicy.BehindNat, true)]
    [InlineData(DataplaneChoice.Userspace, EncapsulationPolicy.BehindNat, true)]
    // There the kernel sends it.
    [InlineData(DataplaneChoice.Xfrm, EncapsulationPolicy.BehindNat, false)]
    [InlineData(DataplaneChoice.Auto, EncapsulationPolicy.Auto, false)]
    [InlineData(DataplaneChoice.Userspace, EncapsulationPolicy.Always, false)]
    public void Esp_straight_over_ip_needs_them_in_user_space(DataplaneChoice dataplane, EncapsulationPolicy encapsulation, bool expected) =>
        Assert.Equal(expected, IsNeeded(Unprobed with { Dataplane = dataplane, Transport = new TransportSpec { Encapsulation = encapsulation } }));

    [Fact]
    public void What_only_user_space_can_do_leaves_a_probe_without_need()
    {
        IpsecTunnelSpec probed = Unprobed with { Probe = new ProbeSpec { Target = "10.20.0.1" } };
        Assert.False(IsNeeded(probed with { Transport = new TransportSpec { Tcp = TcpPolicy.Fallback } }));
        Assert.False(IsNeeded(probed with { Probe = new ProbeSpec { Answer = ["10.244.0.9"] } }));
    }

    [Fact]
    public void The_kernel_too_answers_health_checks_so_a_probe_beside_them_needs_what_it_needs_alone()
    {
        var probe = new ProbeSpec { Target = "10.20.0.1", Answer = ["10.244.0.9"] };
        Assert.True(IsNeeded(Unprobed with { Probe = probe }));
        Assert.False(IsNeeded(Unprobed with { Probe = probe, Dataplane = DataplaneChoice.Userspace }));
    }

    private static IpsecTunnelSpec Unprobed => Samples.Tunnel.Spec! with { Probe = null };

    private static bool IsNeeded(IpsecTunnelSpec spec)
    {
        TunnelValidation validation = TunnelValidator.Validate((Samples.Tunnel with { Spec = spec }).ToDocument());
        Assert.True(validation.IsValid, string.Join("; ", validation.Problems));
        return RawSockets.IsNeededBy(validation.Settings!);
    }
}
