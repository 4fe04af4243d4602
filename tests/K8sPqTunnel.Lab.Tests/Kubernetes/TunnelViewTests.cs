using K8sPqTunnel.Lab.Kubernetes;

namespace K8sPqTunnel.Lab.Tests.Kubernetes;

public sealed class TunnelViewTests
{
    [Fact]
    public void A_tunnel_that_the_operator_has_not_seen_yet_is_not_Ready()
    {
        TunnelView view = TunnelView.Parse("""{"metadata": {"name": "t"}, "spec": {}}""");
        Assert.False(view.IsReady);
        Assert.Null(view.Condition("Ready"));
    }

    [Theory]
    [InlineData("True", true)]
    [InlineData("False", false)]
    [InlineData("Unknown", false)]
    public void Only_the_status_True_of_Ready_is_ready(string status, bool ready)
    {
        TunnelView view = TunnelView.Parse($$$"""
            {"status": {"conditions": [
              {"type": "Established", "status": "True", "reason": "Up"},
              {"type": "Ready", "status": "{{{status}}}", "reason": "Because", "message": "a sentence"}], "quantumSafe": true}}
            """);
        Assert.Equal(ready, view.IsReady);
        Assert.Equal($"Ready={status} (Because): a sentence", view.Condition("Ready")!.ToString());
        Assert.True(view.QuantumSafe);
    }
}
