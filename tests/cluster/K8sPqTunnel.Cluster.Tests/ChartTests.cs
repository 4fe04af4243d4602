using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Kubernetes.Charts;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>The Helm chart, which has installed the operator that all other tests use.</summary>
public sealed class ChartTests(ClusterRealm realm)
{
    private const string TestPod = "pqtunnel-operator-test";
    private const string EveryOption =
        "networkPolicy.enabled=true,podMonitor.enabled=true,podMonitor.gateways=true,podMonitor.labels.release=prometheus,podDisruptionBudget.enabled=true," +
        "operator.priorityClassName=system-cluster-critical,operator.imagePullSecrets={pull},operator.podAnnotations.a=b,operator.podLabels.c=d";

    [Fact]
    public async Task Helm_has_no_complaint_about_the_chart()
    {
        string report = await Helm.RunAsync(Stop, "lint", "--strict", Helm.Chart, "--set", EveryOption);
        Assert.Contains("0 chart(s) failed", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_manifests_for_kubectl_are_what_the_chart_renders()
    {
        string committed = Path.Combine(Repository.Find().Root, "operator/manifests/operator.yaml");
        string rendered = await Helm.RunAsync(Stop, "template", Helm.Release, Helm.Chart, "--set", "crds.install=false", "--skip-tests");
        Assert.True(rendered == await File.ReadAllTextAsync(committed, Stop),
            $"{committed} is stale: helm template {Helm.Release} charts/k8s-pq-tunnel --namespace {TunnelClient.OperatorNamespace} --set crds.install=false --skip-tests");
    }

    [Theory]
    [InlineData("operator.image.tagg=1", "/operator/image", "tagg")]
    [InlineData("replicas=3", "", "replicas")]
    [InlineData("podMonitor.interval=often", "/podMonitor/interval", "does not match pattern")]
    [InlineData("daemon.image.digest=latest", "/daemon/image/digest", "does not match pattern")]
    public async Task A_value_that_does_not_exist_or_cannot_be_is_refused_by_name(string value, string field, string reason)
    {
        CommandResult refused = await Helm.TryAsync(Stop, "template", Helm.Release, Helm.Chart, "--set-string", value);
        Assert.False(refused.Succeeded);
        Assert.Contains($"at '{field}'", refused.Errors, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_API_server_takes_all_that_the_options_make()
    {
        string rendered = await Helm.RunAsync(Stop, "template", Helm.Release, Helm.Chart,
            "--set", EveryOption, "--set", "crds.install=false", "--set", "podMonitor.enabled=false,podMonitor.gateways=false", "--kube-version", "1.20", "--skip-tests");
        CommandResult taken = await realm.Kubectl.ApplyAsync(rendered, Stop, "--dry-run=server");
        Assert.True(taken.Succeeded, taken.Errors);
        Assert.Contains("networkpolicy.networking.k8s.io/pqtunnel-operator", taken.Output, StringComparison.Ordinal);
        Assert.Contains("poddisruptionbudget.policy/pqtunnel-operator", taken.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.24", false, false)]
    [InlineData("1.26", true, false)]
    [InlineData("1.30", true, true)]
    public async Task An_API_server_is_given_the_rules_that_it_knows(string version, bool knowsRules, bool knowsPaths)
    {
        const string rule = "x-kubernetes-validations:", path = "fieldPath: \".";
        string[] definitions = Directory.GetFiles(Path.Combine(Repository.Find().Root, "crds"), "*.yaml");
        string all = string.Concat(await Task.WhenAll(definitions.Select(file => File.ReadAllTextAsync(file, Stop))));
        Assert.True(Count(all, rule) > 10 && Count(all, path) > 20, "crds/ has rules and paths");
        string rendered = await Helm.RunAsync(Stop, "template", Helm.Release, Helm.Chart, "--kube-version", version, "--skip-tests");
        Assert.Equal((knowsRules ? Count(all, rule) : 0, knowsPaths ? Count(all, path) : 0), (Count(rendered, rule), Count(rendered, path)));
    }

    [Fact]
    public async Task Policies_are_held_by_API_servers_that_can_and_others_are_not_offered_it()
    {
        string rendered = await Helm.RunAsync(Stop, "template", Helm.Release, Helm.Chart, "--set", "admissionPolicy.enabled=true", "--kube-version", "1.30", "--skip-tests");
        Assert.Equal((1, 1), (Count(rendered, "kind: ValidatingAdmissionPolicy\n"), Count(rendered, "kind: ValidatingAdmissionPolicyBinding\n")));
        CommandResult refused = await Helm.TryAsync(Stop, "template", Helm.Release, Helm.Chart, "--set", "admissionPolicy.enabled=true", "--kube-version", "1.29");
        Assert.False(refused.Succeeded);
        Assert.Contains("needs Kubernetes 1.30", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PodMonitor_selects_gateways_in_all_namespaces_by_the_name_of_their_port_where_it_is_asked_for()
    {
        const string Templates = "templates/pod-monitor.yaml";
        string both = await Helm.RunAsync(Stop, "template", Helm.Release, Helm.Chart, "--show-only", Templates,
            "--set", "podMonitor.enabled=true,podMonitor.gateways=true,podMonitor.interval=10s,podMonitor.labels.release=prometheus");
        string gateways = Assert.Single(both.Split("---"), monitor => monitor.Contains("name: pqtunnel-gateways\n", StringComparison.Ordinal));
        string[] expected =
        [
            "kind: PodMonitor\n", "    release: prometheus\n", "  namespaceSelector:\n    any: true\n",
            "    matchLabels:\n      app.kubernetes.io/name: pqtunnel-gateway\n      app.kubernetes.io/managed-by: pqtunnel-operator\n",
            "  - port: metrics\n    path: /metrics\n    interval: 10s\n    honorLabels: true\n",
        ];
        Assert.All(expected, part => Assert.Contains(part, gateways, StringComparison.Ordinal));

        string alone = await Helm.RunAsync(Stop, "template", Helm.Release, Helm.Chart, "--show-only", Templates, "--set", "podMonitor.gateways=true");
        Assert.Equal(1, Count(alone, "kind: PodMonitor\n"));
        string one = await Helm.RunAsync(Stop, "template", Helm.Release, Helm.Chart, "--show-only", Templates, "--set", "podMonitor.enabled=true");
        Assert.DoesNotContain("pqtunnel-gateways", one, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Helm_test_asks_the_operator_through_its_Service()
    {
        string report = await Helm.RunAsync(Stop, "test", Helm.Release, "--timeout", "2m");
        Assert.Contains("Succeeded", report, StringComparison.Ordinal);

        // A test of the test: nobody is ready.
        await using OperatorAway away = await OperatorAway.SendAsync(realm);
        CommandResult failed = await Helm.TryAsync(Stop, "test", Helm.Release, "--timeout", "2m");
        Assert.False(failed.Succeeded);
        string said = await realm.Kubectl.RunAsync(Stop, "--namespace", TunnelClient.OperatorNamespace, "logs", TestPod);
        Assert.Contains("is not ready after 60 s", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_uninstalled_chart_leaves_definitions_and_tunnels_and_a_new_one_takes_them_again()
    {
        const string Marker = "the-chart-left-me";
        (await realm.Kubectl.ApplyAsync($$"""
            apiVersion: pqtunnel.io/v1alpha1
            kind: IpsecGateway
            metadata: {name: {{Marker}}, namespace: default}
            spec: {}
            """, Stop)).EnsureSuccess();
        try
        {
            await Helm.RunAsync(Stop, "uninstall", Helm.Release, "--wait");
            try
            {
                Assert.Contains(Marker, await realm.Kubectl.RunAsync(Stop, "get", "ipsecgateways", "--namespace", "default"), StringComparison.Ordinal);
                CommandResult gone = await realm.Kubectl.TryAsync(Stop,
                    "get", "deployments,services,roles,rolebindings,serviceaccounts,clusterroles,clusterrolebindings", "--all-namespaces",
                    "--selector", "app.kubernetes.io/name=pqtunnel-operator", "--output", "name");
                Assert.Equal("", gone.Output);
            }
            finally
            {
                await realm.Client.InstallAsync(Stop);
            }

            Assert.Contains(Marker, await realm.Kubectl.RunAsync(Stop, "get", "ipsecgateways", "--namespace", "default"), StringComparison.Ordinal);
        }
        finally
        {
            await realm.Kubectl.RunAsync(Stop, "delete", "ipsecgateway", Marker, "--namespace", "default");
        }
    }

    [Fact]
    public async Task Kustomize_makes_the_same_objects()
    {
        string made = await new Command("kubectl", "kustomize", Path.Combine(Repository.Find().Root, "operator/manifests")).RunAsync(Stop) is { Succeeded: true } built
            ? built.Output
            : throw new LabException("kubectl kustomize operator/manifests failed");
        CommandResult taken = await realm.Kubectl.ApplyAsync(made, Stop, "--dry-run=server", "--validate=false");
        Assert.True(taken.Succeeded, taken.Errors);
        string[] expected =
        [
            "namespace/pqtunnel-system", "customresourcedefinition.apiextensions.k8s.io/ipsectunnels.pqtunnel.io",
            "customresourcedefinition.apiextensions.k8s.io/ipsecgateways.pqtunnel.io", "deployment.apps/pqtunnel-operator",
        ];
        Assert.All(expected, name => Assert.Contains(name, taken.Output, StringComparison.Ordinal));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Helm Helm
    {
        get
        {
            Assert.SkipWhen(realm.Helm is null, "helm cannot be had here: no npm, or its registry lacks the package");
            return realm.Helm!;
        }
    }
}
