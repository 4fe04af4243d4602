using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Reconciliation;

namespace K8sPqTunnel.Operator.Tests.Reconciliation;

public sealed class NodeCleanUpTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly NodeCleanUp Fresh = new("node2", Ready: true, HasGateway: false, Pod: null);

    [Fact]
    public void A_ready_node_without_a_gateway_gets_a_pod() => Assert.Equal(NodeCleanUpStep.CreatePod, Fresh.Next(Now).Step);

    [Fact]
    public void No_node_is_cleaned_under_a_gateway_pod_that_could_close_the_way_again() =>
        Assert.Equal(NodeCleanUpStep.Wait, (Fresh with { HasGateway = true }).Next(Now).Step);

    [Fact]
    public void A_node_that_is_not_ready_is_waited_for_and_the_user_told_what_to_do()
    {
        (NodeCleanUpStep step, string message) = (Fresh with { Ready = false }).Next(Now);
        Assert.Equal(NodeCleanUpStep.Wait, step);
        Assert.Contains("kubectl delete node node2", message);
    }

    [Fact]
    public void A_pod_that_works_is_waited_for()
    {
        (NodeCleanUpStep step, string message) = With("Running", new ContainerState { Running = new ContainerStateRunning() }).Next(Now);
        Assert.Equal(NodeCleanUpStep.Wait, step);
        Assert.DoesNotContain("does not succeed", message);
    }

    [Fact]
    public void What_the_pod_said_last_is_passed_on()
    {
        var terminated = new ContainerStateTerminated { ExitCode = 1, Message = "a daemon of the tunnel still runs\n" };
        string message = With("Running", new ContainerState { Terminated = terminated }).Next(Now).Message;
        Assert.Contains("does not succeed: a daemon of the tunnel still runs. It is tried again", message);
        Assert.Contains("pqtunnel.io/teardown", message);
    }

    [Fact]
    public void A_failed_pod_makes_room_for_another_one_but_not_at_once()
    {
        NodeCleanUp failed = With("Failed", new ContainerState());
        Assert.Equal(NodeCleanUpStep.Wait, failed.Next(Now.AddSeconds(5)).Step);
        Assert.Equal(NodeCleanUpStep.DeletePod, failed.Next(Now.AddSeconds(30)).Step);
        Assert.Contains("DeadlineExceeded", failed.Next(Now).Message);
    }

    [Theory]
    [InlineData(ConditionStatus.True, true)]
    [InlineData(ConditionStatus.False, false)]
    [InlineData(ConditionStatus.Unknown, false)]
    public void A_node_is_ready_when_its_kubelet_says_so(ConditionStatus status, bool ready)
    {
        var node = new Node
        {
            Metadata = new ObjectMeta { Name = "node1" },
            Status = new NodeStatus { Conditions = [new NodeCondition { Type = "Ready", Status = status }] },
        };
        NodeCleanUp sight = NodeCleanUp.Of(node, [Samples.RunningPod], []);
        Assert.Equal((ready, true, null), (sight.Ready, sight.HasGateway, sight.Pod));
    }

    private static NodeCleanUp With(string phase, ContainerState state) => Fresh with
    {
        Pod = new Pod
        {
            Metadata = new ObjectMeta { Name = "pqtunnel-berlin-clean-0", CreationTimestamp = Now },
            Status = new PodStatus
            {
                Phase = phase,
                Reason = phase == "Failed" ? "DeadlineExceeded" : null,
                ContainerStatuses = [new ContainerStatus { Name = "pqtunnel-down", State = state }],
            },
        },
    };
}
