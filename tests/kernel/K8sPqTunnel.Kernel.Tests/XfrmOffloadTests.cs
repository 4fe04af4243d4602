using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Xfrm;

namespace K8sPqTunnel.Kernel.Tests;

/// <summary>A card is asked to encrypt and cannot: the guest has none that could, so that it does is seen nowhere but in the bytes of the request.</summary>
public sealed class XfrmOffloadTests
{
    private const string None = "wan0 has no ESP offload (see ethtool -k wan0: esp-hw-offload)";

    public XfrmOffloadTests() => KernelWithEsp.Require();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Where_the_card_need_not_the_processor_encrypts_and_the_reason_is_known(bool udpEncapsulation, bool extended)
    {
        await using var net = new TwoGateways(new XfrmGateways(XfrmOffloadPolicy.WherePossible));
        Assert.Null(net.LeftPlane.Offload);
        net.Establish(transform: SaPair.AesGcm256 with { ExtendedSequenceNumbers = extended }, udpEncapsulation: udpEncapsulation);
        net.Workload.Shell("ping -c 2 -i 0.1 -W 10 10.2.0.1");
        OffloadState state = Assert.IsType<OffloadState>(net.LeftPlane.Offload);
        Assert.Equal("wan0", state.Interface);
        Assert.True(udpEncapsulation ? state.WhyNot is not null : state.WhyNot == None, state.WhyNot);
    }

    [Fact]
    public async Task Where_it_must_no_state_is_left_and_the_sentence_names_the_interface()
    {
        await using var net = new TwoGateways(new XfrmGateways(XfrmOffloadPolicy.Demanded));
        NetlinkException refused = Assert.Throws<NetlinkException>(() => net.Establish(udpEncapsulation: false));
        Assert.Equal($"the kernel refused to have wan0 encrypt ESP, as spec.child.hardwareOffload: Required demands: Operation not supported ({None})", refused.Message);
        Assert.DoesNotContain("00001000", net.Left.Shell("ip xfrm state"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_asks_nothing_is_said_of_it()
    {
        await using var net = new TwoGateways(new XfrmGateways());
        net.Establish();
        Assert.Null(net.LeftPlane.Offload);
    }
}
