using System.Text.Json;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Operator.Tests.Rendering;

public sealed class GatewayObjectsTests
{
    private static readonly GatewayOptions Options = new("registry.example/daemon:1", new Uri("https://pqtunnel-operator.pqtunnel-system.svc:8443"));

    [Fact]
    public void The_config_map_is_the_one_on_file() => Compare("configmap", Kinds.ConfigMap, Files().ConfigMap);

    [Fact]
    public void The_service_account_is_the_one_on_file() => Compare("serviceaccount", Kinds.ServiceAccount, Files().ServiceAccount);

    [Fact]
    public void The_replica_set_is_the_one_on_file() => Compare("replicaset", Kinds.ReplicaSet, Pods(Own, Samples.Tunnel));

    [Fact]
    public void The_replica_set_of_a_gateway_of_several_is_the_one_on_file() =>
        Compare("shared-replicaset", Kinds.ReplicaSet, Pods(GatewayShape.Of(Samples.Gateway), Samples.Tunnel, Samples.TunnelWithPpk));

    [Fact]
    public void The_clean_up_pod_is_the_one_on_file() => Compare("cleanup", Kinds.Pod, CleanUpPod.For(Samples.Tunnel, "node2", Options));

    [Fact]
    public void A_clean_up_pod_is_none_of_the_replica_set_and_known_as_the_tunnels()
    {
        Pod pod = CleanUpPod.For(Samples.Tunnel, "node2", Options);
        Assert.Contains(Pods(Own, Samples.Tunnel).Spec!.Selector.MatchLabels!, label => pod.Metadata.Labels![label.Key] != label.Value);
        Assert.Null(GatewayNames.GatewayOf(pod.Metadata));
        Assert.Equal(Samples.Key, GatewayNames.TunnelOf(pod.Metadata));
        Assert.Equal(GatewayNames.ManagedBy, pod.Metadata.Labels![GatewayNames.ManagedByLabel]);
        Assert.NotEqual(pod.Metadata.Name, CleanUpPod.For(Samples.Tunnel, "node3", Options).Metadata.Name);
    }

    [Fact]
    public void A_gateways_pod_is_replaced_when_its_image_changes_and_not_when_its_tunnels_do()
    {
        GatewayShape shape = GatewayShape.Of(Samples.Gateway);

        Assert.Equal(Digest(Pods(shape)), Digest(Pods(shape, Samples.Tunnel, Samples.TunnelWithPpk)));
        Assert.NotEqual(Digest(Pods(shape)), Digest(Pods(shape with { Image = "registry.example/daemon:2" })));
        Assert.NotEqual(Digest(Pods(shape)), Digest(Pods(shape with { NodeSelector = new Dictionary<string, string> { ["role"] = "other" } })));
    }

    [Fact]
    public void Metrics_are_served_on_the_nodes_address_where_a_port_is_given_and_nowhere_else()
    {
        TunnelResource measured = Samples.Tunnel with { Spec = Samples.Tunnel.Spec! with { Gateway = Samples.Tunnel.Spec.Gateway! with { MetricsPort = 9511 } } };
        GatewayResource gateway = Samples.Gateway with { Spec = Samples.Gateway.Spec! with { MetricsPort = 9510 } };
        foreach ((GatewayShape with, GatewayShape without, int port) in (ReadOnlySpan<(GatewayShape, GatewayShape, int)>)
            [(GatewayShape.Of(measured), Own, 9511), (GatewayShape.Of(gateway), GatewayShape.Of(Samples.Gateway), 9510)])
        {
            Container open = ContainerOf(Pods(with, Samples.Tunnel)), closed = ContainerOf(Pods(without, Samples.Tunnel));
            Assert.Equal(["--health", $"$(POD_IP):{port}"], open.Args!.Except(closed.Args!));
            Assert.Equal("status.podIP", open.Env!.Single(variable => variable.Name == "POD_IP").ValueFrom!.FieldRef!.FieldPath);
            Assert.Equal([new ContainerPort { Name = "metrics", ContainerPortNumber = port, HostPort = port, Protocol = "TCP" }], open.Ports!);
            // A probe of the pod must not depend on a port that anybody may ask.
            Assert.Equal(closed.LivenessProbe!.Exec!.Command, open.LivenessProbe!.Exec!.Command);
            Assert.Null(closed.Ports);
            Assert.DoesNotContain(closed.Env!, variable => variable.Name == "POD_IP");
            Assert.NotEqual(Digest(Pods(without, Samples.Tunnel)), Digest(Pods(with, Samples.Tunnel)));
        }
    }

    [Fact]
    public void Raw_sockets_are_for_a_tunnels_own_gateway_where_it_needs_them_and_for_shared_ones()
    {
        TunnelResource unprobed = Samples.Tunnel with { Spec = Samples.Tunnel.Spec! with { Probe = null } };
        Assert.Equal(["NET_ADMIN", "NET_BIND_SERVICE"], CapabilitiesOf(Pods(Own, unprobed)));
        Assert.Equal(["NET_ADMIN", "NET_BIND_SERVICE", "NET_RAW"], CapabilitiesOf(Pods(Own, Samples.Tunnel)));
        Assert.NotEqual(Digest(Pods(Own, unprobed)), Digest(Pods(Own, Samples.Tunnel)));

        GatewayShape shared = GatewayShape.Of(Samples.Gateway);
        Assert.Equal(["NET_ADMIN", "NET_BIND_SERVICE", "NET_RAW"], CapabilitiesOf(Pods(shared)));
        Assert.Equal(Digest(Pods(shared, unprobed)), Digest(Pods(shared, unprobed, Samples.Tunnel)));
        Assert.DoesNotContain("NET_RAW", CleanUpPod.For(Samples.Tunnel, "node2", Options).Spec!.Containers[0].SecurityContext!.Capabilities!.Add!);
    }

    [Fact]
    public void Both_keys_are_mounted_where_there_are_two_and_nothing_else_of_their_secrets() =>
        Assert.Equal(["berlin-ppk/psk", "berlin-psk/psk"], MountedBy(Samples.TunnelWithPpk));

    [Fact]
    public void A_pod_with_certificates_gets_their_Secrets_and_of_each_only_what_it_needs()
    {
        TunnelResource tunnel = Samples.Tunnel with
        {
            Spec = Samples.Tunnel.Spec! with
            {
                Authentication = new AuthenticationSpec
                {
                    Certificate = new CertificateSpec
                    {
                        SecretRef = new TlsSecretRef { Name = "edge-tls" },
                        CaSecretRef = new AuthoritySecretRef { Name = "roots" },
                    },
                },
            },
        };

        Assert.Equal(["edge-tls/tls.crt", "edge-tls/tls.key", "roots/ca.crt"], MountedBy(tunnel));
    }

    [Theory]
    [InlineData("berlin", "pqtunnel-berlin")]
    [InlineData("a-name-that-is-so-long-that-no-pod-could-be-called-after-it", "pqtunnel-a-name-that-is-so-long-that-no-pod-347f4bef")]
    public void A_name_fits_a_pod(string tunnel, string expected)
    {
        Assert.Equal(expected, GatewayNames.Of(tunnel));
        Assert.True(GatewayNames.Of(tunnel).Length <= 52);
    }

    private static IReadOnlyList<string>? CapabilitiesOf(ReplicaSet pods) => pods.Spec!.Template.Spec!.Containers[0].SecurityContext!.Capabilities!.Add;

    private static Container ContainerOf(ReplicaSet pods) => pods.Spec!.Template.Spec!.Containers.Single();

    private static string Digest(ReplicaSet pods) => pods.Spec!.Template.Metadata!.Annotations![GatewayNames.PodDigestAnnotation];

    private static GatewayShape Own => GatewayShape.Of(Samples.Tunnel);

    private static GatewayFiles Files() => GatewayFiles.For(Own, [Plan(Samples.Tunnel)], "-----BEGIN CERTIFICATE-----\n");

    private static ReplicaSet Pods(GatewayShape shape, params TunnelResource[] tunnels) => GatewayReplicaSet.For(shape, [.. tunnels.Select(Plan)], Options);

    private static PlannedTunnel Plan(TunnelResource tunnel) => PlannedTunnel.Of(tunnel, TunnelValidator.Validate(tunnel.ToDocument()).Settings!);

    private static IEnumerable<string> MountedBy(TunnelResource tunnel) =>
        Pods(Own, tunnel).Spec!.Template.Spec!.Volumes!.Single(volume => volume.Name == "secrets").Projected!.Sources!
            .SelectMany(source => source.Secret!.Items!).Select(item => item.Path);

    // After a wanted change: UPDATE_GOLDEN=1, run, and read the difference.
    private static void Compare<T>(string name, ResourceKind<T> kind, T item)
        where T : class, IKubernetesObject
    {
        string yaml = YamlText.Of(JsonSerializer.SerializeToNode(item, kind.Json)!);
        string path = Path.Combine(AppContext.BaseDirectory, "Rendering", "Golden", name + ".yaml");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(Path.Combine(RepositoryRoot.Find(), "tests", "K8sPqTunnel.Operator.Tests", "Rendering", "Golden", name + ".yaml"), yaml);
        else
            Assert.Equal(File.ReadAllText(path), yaml);
    }
}
