using K8sPqTunnel.Operator.Conditions;
using K8sPqTunnel.Operator.Reconciliation;

namespace K8sPqTunnel.Operator.Tests.Reconciliation;

public sealed class TeardownSightTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly NodeCleanUp GatewayNode = new("node1", Ready: true, HasGateway: true, Pod: null);
    private static readonly NodeCleanUp FormerNode = new("node2", Ready: true, HasGateway: false, Pod: null);

    private static readonly TeardownSight Running = new(
        DaemonNode: "node1", MayCall: false, Deployed: true, Ending: true, Nodes: [GatewayNode, FormerNode]);

    [Fact]
    public void A_running_daemon_is_asked_before_anything_else() => Assert.Equal(TeardownStep.AskDaemon, StepOf(Running));

    [Fact]
    public void The_gateway_goes_only_after_the_daemon_has_cleaned_up_and_before_other_nodes_are_cleaned()
    {
        TeardownSight clean = Running with { DaemonNode = null, Nodes = [FormerNode] };
        Assert.Equal(TeardownStep.RemoveGateway, StepOf(clean));
        Assert.Equal(TeardownStep.CleanNodes, StepOf(clean with { Deployed = false }));
        Assert.Equal(TeardownStep.Wait, StepOf(clean with { Deployed = false, Nodes = [] }));
        Assert.Equal(TeardownStep.Finish, StepOf(clean with { Deployed = false, Nodes = [], Ending = false }));
    }

    [Fact]
    public void A_daemon_without_a_session_has_time_to_call_and_then_its_node_is_cleaned_without_it()
    {
        TeardownSight silent = Running with { DaemonNode = null, MayCall = true };
        Assert.Equal(TeardownStep.Wait, StepOf(silent));
        Assert.Contains("node1", silent.Next(Now).Verdict.Message);
        Assert.Equal(TeardownStep.RemoveGateway, StepOf(silent with { MayCall = false }));
        Assert.Equal(TeardownStep.CleanNodes, StepOf(silent with { Deployed = false, Nodes = [FormerNode] }));
    }

    [Fact]
    public void A_tunnel_that_never_ran_waits_for_nobody()
    {
        TeardownSight never = Running with { DaemonNode = null, MayCall = true, Nodes = [] };
        Assert.Equal(TeardownStep.RemoveGateway, StepOf(never));
        Assert.Equal(TeardownStep.Finish, StepOf(never with { Deployed = false, Ending = false }));
    }

    [Fact]
    public void Each_node_is_told_of_and_one_that_is_not_ready_gives_the_reason()
    {
        TeardownSight sight = Running with { DaemonNode = null, Deployed = false, Nodes = [FormerNode with { Ready = false }, GatewayNode] };
        (TeardownStep step, Verdict verdict) = sight.Next(Now);
        Assert.Equal((TeardownStep.CleanNodes, "NodeNotReady"), (step, verdict.Reason));
        Assert.Contains("node2 is not ready", verdict.Message);
        Assert.Contains("node1 is cleaned as soon as", verdict.Message);
    }

    private static TeardownStep StepOf(TeardownSight sight) => sight.Next(Now).Step;
}
