using K8sPqTunnel.Sidecar.Gateways;

namespace K8sPqTunnel.Sidecar.Tests.Gateways;

public sealed class NodeLockTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task The_next_daemon_of_a_gateway_begins_when_the_one_before_has_let_go()
    {
        string name = Guid.NewGuid().ToString();
        NodeLock first = await NodeLock.TakeAsync(name, () => Assert.Fail("nobody is there"), TimeProvider.System, CancellationToken.None);
        var waiting = new TaskCompletionSource();
        Task<NodeLock> second = NodeLock.TakeAsync(name, waiting.SetResult, TimeProvider.System, CancellationToken.None);
        await waiting.Task.WaitAsync(Patience);
        Assert.False(second.IsCompleted);

        first.Dispose();
        (await second.WaitAsync(Patience)).Dispose();
    }

    [Fact]
    public async Task Another_gateway_does_not_wait()
    {
        using NodeLock one = await NodeLock.TakeAsync($"{Guid.NewGuid()}", () => { }, TimeProvider.System, CancellationToken.None);
        using NodeLock other = await NodeLock.TakeAsync($"{Guid.NewGuid()}", () => Assert.Fail("it is not the same"), TimeProvider.System, CancellationToken.None);
    }
}
