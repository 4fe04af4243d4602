using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Kernel.Tests;

/// <summary>What an SA leaves behind in the kernel: nothing.</summary>
public sealed class XfrmRemovalTests
{
    public XfrmRemovalTests() => KernelWithEsp.Require();

    [Fact]
    public async Task Of_a_removed_SA_no_state_and_no_policy_is_left_and_the_blocking_ones_stay()
    {
        const string listing = "ip -o xfrm policy | grep -v socket | sort; ip -o xfrm state | sort";
        await using var net = new TwoGateways(new XfrmGateways());
        string guarded = net.Left.Shell(listing);
        Assert.Contains("action block", guarded);

        SaPair sas = net.Establish();
        Assert.NotEqual(guarded, net.Left.Shell(listing));
        net.LeftPlane.Remove(sas.Left);
        Assert.Equal(guarded, net.Left.Shell(listing));
    }
}
