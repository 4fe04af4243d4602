using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Policies;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Api.Tests.Policies;

public sealed class PolicyRulesTests
{
    private const string Psk = "psk: {secretRef: {name: berlin-psk, key: psk}}";
    private const string Certificates = "certificate: {secretRef: {name: edge-tls}}";
    private const string Proposal = "[aes256gcm16-prfsha384-ecp384-ke1_mlkem768]";

    [Theory]
    [InlineData(Proposal, KeyExchangeMinimum.MlKem512, true)]
    [InlineData(Proposal, KeyExchangeMinimum.MlKem768, true)]
    [InlineData(Proposal, KeyExchangeMinimum.MlKem1024, false)]
    [InlineData("[aes256gcm16-prfsha384-ecp384-ke1_mlkem1024-ke1_mlkem768]", KeyExchangeMinimum.MlKem1024, false)]
    [InlineData("[aes256gcm16-prfsha384-ecp384-ke1_mlkem768-ke2_mlkem1024]", KeyExchangeMinimum.MlKem1024, true)]
    [InlineData("[aes256gcm16-prfsha384-ecp384-ke1_mlkem1024, aes256gcm16-prfsha384-ecp384-ke1_mlkem512]", KeyExchangeMinimum.MlKem768, false)]
    public void Whatever_the_peer_takes_is_at_least_the_minimum(string proposals, KeyExchangeMinimum minimum, bool complies)
    {
        string[] problems = Check(new PostQuantumPolicySpec { KeyExchange = minimum }, Proposal, proposals);
        Assert.Equal(complies, problems.Length == 0);
        Assert.All(problems, problem => Assert.StartsWith("spec.ike.proposals: PostQuantumPolicy \"strong\" wants ML-KEM-", problem));
    }

    [Fact]
    public void The_chart_has_the_rules_as_they_are()
    {
        string path = Path.Combine(RepositoryRoot.Find(), "charts/k8s-pq-tunnel/files/admission-policy.yaml");
        Assert.True(AdmissionPolicy.ToYaml() == File.ReadAllText(path), $"{path} is stale: run dotnet run --project operator/K8sPqTunnel.Operator -- admission-policy charts/k8s-pq-tunnel/files");
    }

    [Theory]
    [InlineData("Preferred", "-ke1_mlkem768-ke1_none")]
    [InlineData("Disabled", "")]
    public void A_tunnel_that_may_do_without_post_quantum_keys_violates_every_policy(string keyExchange, string additional)
    {
        string yaml = Sample.Yaml.Replace("Required", keyExchange).Replace("-ke1_mlkem768", additional);
        string[] problems = Check(new PostQuantumPolicySpec { KeyExchange = KeyExchangeMinimum.MlKem512 }, Sample.Yaml, yaml);
        Assert.Contains(problems, problem => problem.StartsWith("spec.postQuantum.keyExchange: PostQuantumPolicy \"strong\" wants Required", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("spec.ike.proposals", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Psk, true)]
    [InlineData(Certificates, false)]
    [InlineData($"{{ {Certificates}, ppk: [{{id: a, secretRef: {{name: ppk}}, required: true}}] }}", true)]
    [InlineData($"{{ {Certificates}, ppk: [{{id: a, secretRef: {{name: ppk}}, required: false}}] }}", false)]
    [InlineData($"{{ {Psk}, certificate: {{secretRef: {{name: edge-tls}}, caSecretRef: {{name: roots}}}}, local: Psk, remote: Certificate }}", false)]
    public void A_symmetric_key_stands_behind_both_proofs_where_the_policy_wants_that(string authentication, bool complies)
    {
        string[] problems = Check(new PostQuantumPolicySpec { Authentication = AuthenticationMinimum.SymmetricKey }, Psk, authentication);
        Assert.Equal(complies, problems.Length == 0);
        Assert.All(problems, problem => Assert.StartsWith("spec.authentication: PostQuantumPolicy \"strong\"", problem));
        Assert.Empty(Check(new PostQuantumPolicySpec { Authentication = AuthenticationMinimum.Any }, Psk, authentication));
    }

    [Theory]
    [InlineData(SelectorOperator.In, "production", true)]
    [InlineData(SelectorOperator.In, "test", false)]
    [InlineData(SelectorOperator.In, null, false)]
    [InlineData(SelectorOperator.NotIn, "production", false)]
    [InlineData(SelectorOperator.NotIn, null, true)]
    [InlineData(SelectorOperator.Exists, "test", true)]
    [InlineData(SelectorOperator.Exists, null, false)]
    [InlineData(SelectorOperator.DoesNotExist, "test", false)]
    [InlineData(SelectorOperator.DoesNotExist, null, true)]
    public void A_selector_is_read_as_Kubernetes_reads_it(SelectorOperator kind, string? label, bool fits)
    {
        Dictionary<string, string> labels = label is null ? [] : new() { ["env"] = label };
        SelectorRequirement requirement = new() { Key = "env", Operator = kind, Values = kind is SelectorOperator.In or SelectorOperator.NotIn ? ["production", "stage"] : null };
        Assert.Equal(fits, new NamespaceSelector { MatchExpressions = [requirement] }.Matches(labels));
        Assert.False(new NamespaceSelector { MatchLabels = new Dictionary<string, string> { ["team"] = "a" }, MatchExpressions = [requirement] }.Matches(labels));
    }

    private static string[] Check(PostQuantumPolicySpec policy, string old, string replacement)
    {
        using TunnelDocument document = TunnelDocument.Load(Sample.Yaml.Replace(old, replacement), "tunnel.yaml");
        Assert.Empty(document.Problems);
        return [.. PolicyRules.Check(Assert.Single(document.Tunnels), "strong", policy).Select(problem => problem.ToString())];
    }
}
