using System.Text.Json;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Tests.Rendering;

public sealed class GatewayObjectsTests
{
    private static readonly GatewayOptions Options = new("registry.example/daemon:1", new Uri("https://pqtunnel-operator.pqtunnel-system.svc:8443"));

    [Fact]
    public void The_config_map_is_the_one_on_file() => Compare("configmap", Kinds.ConfigMap, Objects().Files.ConfigMap);

    [Fact]
    public void The_service_account_is_the_one_on_file() => Compare("serviceaccount", Kinds.ServiceAccount, Objects().Files.ServiceAccount);

    [Fact]
    public void The_deployment_is_the_one_on_file() => Compare("deployment", Kinds.Deployment, Objects().Deployment);

    [Fact]
    public void The_clean_up_pod_is_the_one_on_file() => Compare("cleanup", Kinds.Pod, CleanUpPod.For(Samples.Tunnel, "node2", Options));

    [Fact]
    public void A_clean_up_pod_is_none_of_the_deployment_and_known_as_the_tunnels()
    {
        Pod pod = CleanUpPod.For(Samples.Tunnel, "node2", Options);
        Assert.Contains(Objects().Deployment.Spec!.Selector.MatchLabels!, label => pod.Metadata.Labels![label.Key] != label.Value);
        Assert.True(GatewayNames.IsCleanUp(pod.Metadata));
        Assert.Equal(Samples.Key, GatewayNames.TunnelOf(pod.Metadata));
        Assert.Equal(GatewayNames.ManagedBy, pod.Metadata.Labels![GatewayNames.ManagedByLabel]);
        Assert.NotEqual(pod.Metadata.Name, CleanUpPod.For(Samples.Tunnel, "node3", Options).Metadata.Name);
    }

    [Fact]
    public void The_pod_restarts_when_the_key_changes_and_not_when_the_authority_does()
    {
        string Template(GatewayObjects objects) => JsonSerializer.Serialize(objects.Deployment, Kinds.Deployment.Json);

        Assert.NotEqual(Template(Objects()), Template(Objects(digest: "another")));
        Assert.Equal(Template(Objects()), Template(Objects(authority: "another")));
    }

    [Fact]
    public void Both_keys_are_mounted_where_there_are_two_and_nothing_else_of_their_secrets()
    {
        TunnelSettings settings = TunnelValidator.Validate(Samples.TunnelWithPpk.ToDocument()).Settings!;

        GatewayObjects objects = GatewayObjects.For(Samples.TunnelWithPpk, settings, "0011", "authority", Options);

        IEnumerable<KeyToPath> items = objects.Deployment.Spec!.Template.Spec!.Volumes!.Single(volume => volume.Name == "secrets").Projected!.Sources!
            .SelectMany(source => source.Secret!.Items!);
        Assert.Equal(["berlin-psk/psk", "berlin-ppk/psk"], items.Select(item => item.Path));
    }

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
        GatewayObjects objects = GatewayObjects.For(
            tunnel, TunnelValidator.Validate(tunnel.ToDocument()).Settings!, "digest", "authority", Options);

        Volume secrets = objects.Deployment.Spec!.Template.Spec!.Volumes!.Single(volume => volume.Name == "secrets");
        Assert.Equal(
            ["edge-tls/tls.crt", "edge-tls/tls.key", "roots/ca.crt"],
            secrets.Projected!.Sources!.SelectMany(source => source.Secret!.Items!.Select(item => item.Path)));
    }

    [Theory]
    [InlineData("berlin", "pqtunnel-berlin")]
    [InlineData("a-name-that-is-so-long-that-no-pod-could-be-called-after-it", "pqtunnel-a-name-that-is-so-long-that-no-pod-347f4bef")]
    public void A_name_fits_a_pod(string tunnel, string expected)
    {
        Assert.Equal(expected, GatewayNames.Of(tunnel));
        Assert.True(GatewayNames.Of(tunnel).Length <= 52);
    }

    private static GatewayObjects Objects(string digest = "0011223344556677", string authority = "-----BEGIN CERTIFICATE-----\n") =>
        GatewayObjects.For(Samples.Tunnel, TunnelValidator.Validate(Samples.Tunnel.ToDocument()).Settings!, digest, authority, Options);

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
