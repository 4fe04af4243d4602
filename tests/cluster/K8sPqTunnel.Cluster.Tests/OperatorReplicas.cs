using K8sPqTunnel.Lab;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>Several operators for one test; afterwards there is one again.</summary>
internal sealed class OperatorReplicas : IAsyncDisposable
{
    private const string Namespace = "pqtunnel-system";
    private const string Deployment = "deployment/pqtunnel-operator";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly ClusterRealm _realm;

    private OperatorReplicas(ClusterRealm realm) => _realm = realm;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Waits until all of them are ready.</summary>
    public static async Task<OperatorReplicas> ScaleAsync(ClusterRealm realm, int replicas)
    {
        var scaled = new OperatorReplicas(realm);
        try
        {
            await scaled.RunAsync("scale", Deployment, $"--replicas={replicas}");
            await scaled.RunAsync("rollout", "status", Deployment, $"--timeout={Limit.TotalSeconds:0}s");
            return scaled;
        }
        catch
        {
            await scaled.DisposeAsync();
            throw;
        }
    }

    /// <summary>The pod that leads, as the Lease says; empty for none.</summary>
    public async Task<string> LeaderAsync() =>
        (await RunAsync("get", "lease", "pqtunnel-operator", "--output", "jsonpath={.spec.holderIdentity}")).Split('_')[0];

    /// <summary>Leaves a pod no time to give anything up.</summary>
    public Task KillAsync(string pod) => RunAsync("delete", "pod", pod, "--force", "--grace-period=0");

    public Task WaitForAnotherLeaderAsync(string former) => Wait.UntilAsync(
        $"another leads than {former}", async () => await LeaderAsync() is { Length: > 0 } leader && leader != former, Limit, Stop);

    public async ValueTask DisposeAsync() => await _realm.Client.StartOperatorAsync(CancellationToken.None);

    private Task<string> RunAsync(params string[] arguments) => _realm.Kubectl.RunAsync(Stop, ["--namespace", Namespace, .. arguments]);
}
