using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Tests.State;

public sealed class TunnelBoardTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_watcher_sees_the_present_state_first_and_then_each_change()
    {
        var board = new TunnelBoard(Snapshots.Down);
        await using IAsyncEnumerator<TunnelSnapshot> watch = board.WatchAsync(CancellationToken.None).GetAsyncEnumerator();

        Assert.True(await watch.MoveNextAsync());
        Assert.Same(Snapshots.Down, watch.Current);

        ValueTask<bool> next = watch.MoveNextAsync();
        Assert.False(next.IsCompleted);
        board.Update(_ => Snapshots.Up);
        Assert.True(await next.AsTask().WaitAsync(Patience));
        Assert.Same(Snapshots.Up, watch.Current);
    }

    [Fact]
    public async Task A_slow_watcher_gets_the_newest_state_only()
    {
        var board = new TunnelBoard(Snapshots.Down);
        await using IAsyncEnumerator<TunnelSnapshot> watch = board.WatchAsync(CancellationToken.None).GetAsyncEnumerator();
        await watch.MoveNextAsync();

        for (int mtu = 1; mtu <= 5; mtu++)
            board.Update(tunnel => tunnel with { Mtu = tunnel.Mtu + 1 });

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(5, watch.Current.Mtu);
    }

    [Fact]
    public async Task Updates_from_many_threads_are_all_kept()
    {
        var board = new TunnelBoard(Snapshots.Down);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
                board.Update(tunnel => tunnel with { Mtu = tunnel.Mtu + 1 });
        })));
        Assert.Equal(4000, board.Current.Mtu);
    }
}
