using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Configuration;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Tests.Cluster;

/// <summary>A namespace of its own on the cluster that KUBECONFIG names; without one the test is skipped.</summary>
internal sealed class RealCluster : IAsyncDisposable
{
    private readonly ClusterConnection _connection;

    private RealCluster(ClusterConnection connection)
    {
        _connection = connection;
        Client = new KubernetesClient(connection);
    }

    public KubernetesClient Client { get; }

    public string Namespace { get; } = $"kube-tests-{Guid.NewGuid():n}"[..20];

    public static async Task<RealCluster> ConnectAsync()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG")), "no cluster: KUBECONFIG is not set");
        var cluster = new RealCluster(ClusterConnection.Load());
        await cluster.Client.Of(Kinds.Namespace).CreateAsync(new Namespace { Metadata = new ObjectMeta { Name = cluster.Namespace } });
        return cluster;
    }

    public ObjectMeta Meta(string name) => new() { Name = name, Namespace = Namespace };

    public NamespacedName Key(string name) => new(Namespace, name);

    public async ValueTask DisposeAsync()
    {
        await Client.Of(Kinds.Namespace).DeleteAsync(new NamespacedName(null, Namespace));
        Client.Dispose();
        _connection.Dispose();
    }
}
