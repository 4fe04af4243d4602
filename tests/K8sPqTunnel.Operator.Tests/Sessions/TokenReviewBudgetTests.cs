using K8sPqTunnel.Grpc;
using K8sPqTunnel.Operator.Sessions;
using K8sPqTunnel.Operator.Tests.Fakes;
using K8sPqTunnel.Operator.Tests.Reconciliation;

namespace K8sPqTunnel.Operator.Tests.Sessions;

public sealed class TokenReviewBudgetTests
{
    [Fact]
    public void An_address_that_floods_keeps_no_other_out()
    {
        using var budget = new TokenReviewBudget(burst: 3, perSecond: 1);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => budget.TryTake("192.0.2.1")));
        Assert.True(budget.TryTake("192.0.2.2"));
    }

    [Fact]
    public async Task Made_up_tokens_are_not_asked_about_without_end_and_are_counted()
    {
        using MemoryCluster cluster = TunnelLifeTests.Running();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        GrpcStatusCode last = GrpcStatusCode.Ok;
        for (int call = 0; call < 200 && last != GrpcStatusCode.ResourceExhausted; call++)
        {
            await using FakeDaemon daemon = await FakeDaemon.CallAsync(running.Connect(), "made-up", Samples.Hello);
            last = (await Assert.ThrowsAsync<RpcException>(() => daemon.ReadAsync().AsTask())).Status.Code;
        }

        Assert.Equal(GrpcStatusCode.ResourceExhausted, last);
        string metrics = await running.MetricsAsync();
        Assert.Contains("pqtunnel_token_reviews_total{outcome=\"TooMany\"} 1\n", metrics);
        Assert.InRange(cluster.Reviews, 100, 150);
    }
}
