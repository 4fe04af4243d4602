using K8sPqTunnel.Operator.Reconciliation;

namespace K8sPqTunnel.Operator.Tests.Reconciliation;

public sealed class TeardownSightTests
{
    private static readonly TeardownSight Running = new(
        Connected: true, TornDown: false, Node: "node1", NodeExists: true, Pods: 1, Deployed: true, Trouble: null);

    [Fact]
    public void A_running_daemon_is_asked_to_clean_up() => Assert.Equal(TeardownStep.AskDaemon, Running.Next().Step);

    [Fact]
    public void The_gateway_goes_only_after_the_daemon_has_cleaned_up()
    {
        TeardownSight clean = Running with { TornDown = true };
        Assert.Equal(TeardownStep.RemoveGateway, clean.Next().Step);
        Assert.Equal(TeardownStep.RemoveGateway, (clean with { Deployed = false }).Next().Step);
        Assert.Equal(TeardownStep.Finish, (clean with { Deployed = false, Pods = 0 }).Next().Step);
    }

    [Fact]
    public void A_tunnel_that_never_ran_waits_for_nobody()
    {
        TeardownSight never = Running with { Connected = false, Node = null, NodeExists = false };
        Assert.Equal(TeardownStep.RemoveGateway, never.Next().Step);
        Assert.Equal(TeardownStep.Finish, (never with { Deployed = false, Pods = 0 }).Next().Step);
    }

    [Fact]
    public void A_node_that_is_gone_holds_nothing() =>
        Assert.Equal(TeardownStep.Finish, (Running with { Connected = false, NodeExists = false, Deployed = false }).Next().Step);

    [Fact]
    public void A_node_whose_daemon_does_not_call_is_waited_for_and_the_user_told_why()
    {
        (TeardownStep step, string message) = (Running with { Connected = false, Trouble = "the gateway pod x does not start (CrashLoopBackOff)" }).Next();
        Assert.Equal(TeardownStep.Wait, step);
        Assert.Contains("node1", message);
        Assert.Contains("CrashLoopBackOff", message);
        Assert.Contains("pqtunnel.io/teardown", message);
    }
}
