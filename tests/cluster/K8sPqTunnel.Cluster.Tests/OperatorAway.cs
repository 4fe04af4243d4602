namespace K8sPqTunnel.Cluster.Tests;

/// <summary>No operator for one test; it is back afterwards, however the test ends.</summary>
internal sealed class OperatorAway : IAsyncDisposable
{
    private readonly ClusterRealm _realm;

    private OperatorAway(ClusterRealm realm) => _realm = realm;

    /// <summary>Waits until it is gone.</summary>
    public static async Task<OperatorAway> SendAsync(ClusterRealm realm)
    {
        var away = new OperatorAway(realm);
        try
        {
            await realm.Client.StopOperatorAsync(TestContext.Current.CancellationToken);
            return away;
        }
        catch
        {
            await away.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it is back.</summary>
    public async ValueTask DisposeAsync() => await _realm.Client.StartOperatorAsync(CancellationToken.None);
}
