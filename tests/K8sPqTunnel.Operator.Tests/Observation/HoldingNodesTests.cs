using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Operator.Observation;

namespace K8sPqTunnel.Operator.Tests.Observation;

public sealed class HoldingNodesTests
{
    private static readonly Pod Starting = Samples.PodWith(new ContainerState { Waiting = new ContainerStateWaiting { Reason = "ContainerCreating" } });

    [Fact]
    public void A_node_is_remembered_from_the_first_start_on_and_after_the_pod_is_gone()
    {
        Assert.Empty(HoldingNodes.Of(null, new GatewaySight(Starting), null));
        Assert.Equal(["node1"], HoldingNodes.Of(null, new GatewaySight(Samples.RunningPod), null));
        Assert.Equal(["node1"], HoldingNodes.Of(["node1"], new GatewaySight(), null));
    }

    [Fact]
    public void Each_node_stands_there_once_and_in_order() =>
        Assert.Equal(["node0", "node1", "node2"], HoldingNodes.Of(["node2", "node1", "node0"], new GatewaySight(Samples.RunningPod, Samples.RunningPod), null));

    [Fact]
    public void A_daemon_that_calls_has_run_whatever_the_kubelet_has_said_so_far() =>
        Assert.Equal(["node1"], HoldingNodes.Of(null, new GatewaySight(Starting), Samples.Daemon(Samples.Report)));

    [Fact]
    public void A_daemon_that_has_removed_everything_frees_its_node_and_no_other() =>
        Assert.Equal(["node2"], HoldingNodes.Of(["node1", "node2"], new GatewaySight(Samples.RunningPod), Samples.Daemon(Samples.Report) with { TornDown = true }));
}
