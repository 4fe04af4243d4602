using K8sPqTunnel.Sidecar.Gateways;

namespace K8sPqTunnel.Sidecar.Tests.Gateways;

public sealed class ChangedTunnelsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task What_changes_often_is_told_once()
    {
        var changed = new ChangedTunnels();
        for (int i = 0; i < 1000; i++)
            changed.Add("berlin", "paris");
        Assert.Equal(["berlin", "paris"], (await changed.TakeAsync(CancellationToken.None)).Order());

        Task<IReadOnlyCollection<string>> next = changed.TakeAsync(CancellationToken.None);
        Assert.False(next.IsCompleted);
        changed.Add("rome");
        Assert.Equal(["rome"], await next.WaitAsync(Patience));
    }
}
