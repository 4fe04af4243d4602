using System.Text.Json;
using K8sPqTunnel.Api.Policies;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Api.Tests.ModernCluster;

/// <summary>The chart's ValidatingAdmissionPolicy in the admission plugin of an API server (Kubernetes 1.30 and newer).</summary>
[Collection(nameof(ModernApi))]
public sealed class AdmissionPolicyTests(ModernApi api) : IAsyncLifetime
{
    private const string Admission = "admissionregistration.k8s.io";
    private const string Manager = "modern-tests";
    private readonly List<string> _made = [];
    private string? _lacks;

    public async ValueTask InitializeAsync()
    {
        if (!api.IsThere)
            return;
        _lacks = await ModernApi.RefusalAsync(() => Policy.ApplyAsync(AnyObject.Of(AdmissionPolicy.Policy()), Manager)) is { } refusal
            ? refusal.IsNotFound ? "the API server of KUBECONFIG has no ValidatingAdmissionPolicies (Kubernetes before 1.30)" : throw refusal
            : null;
        if (_lacks is null)
            await Binding.ApplyAsync(AnyObject.Of(AdmissionPolicy.Binding()), Manager);
    }

    [Fact]
    public async Task The_API_server_refuses_what_the_operator_would_refuse_and_nothing_else()
    {
        Require();
        foreach ((string name, PostQuantumPolicySpec spec) in PolicyCase.All.SelectMany(each => each.Named))
            await MakeAsync(name, spec);
        await UntilSeenAsync();

        Assert.True(PolicyTunnels.All.Count > 60, $"{PolicyTunnels.All.Count} tunnels are right by themselves: the table says too little");
        List<string> disagreements = [];
        int refused = 0, taken = 0;
        foreach (PolicyCase each in PolicyCase.All)
        {
            string @namespace = await api.NamespaceAsync(each.AllLabels);
            foreach ((string yaml, TunnelSettings settings) in PolicyTunnels.All)
            {
                string[] problems = [.. each.Named.Where(policy => policy.Spec.NamespaceSelector!.Matches(each.AllLabels))
                    .SelectMany(policy => PolicyRules.Check(settings, policy.Name, policy.Spec)).Select(problem => problem.ToString())];
                string? answer = await AnswerAsync(yaml, @namespace);
                refused += answer is null ? 0 : 1;
                taken += answer is null ? 1 : 0;
                if (!Agree(problems, answer))
                    disagreements.Add($"{each.Name}: the operator says [{string.Join("; ", problems)}], the API server {answer ?? "takes it"}:\n{yaml}");
            }
        }

        Assert.True(disagreements.Count == 0, $"{disagreements.Count} disagreements:\n{string.Join("\n\n", disagreements.Take(5))}");
        Assert.True(refused > 300 && taken > 300, $"{refused} refused, {taken} taken: the table says too little");
    }

    [Fact]
    public async Task Of_a_tunnel_that_was_there_before_all_but_its_spec_is_free()
    {
        Require();
        string @namespace = await api.NamespaceAsync(new Dictionary<string, string> { ["case"] = "before" });
        string less = Sample.Yaml.Replace("mlkem768", "mlkem512", StringComparison.Ordinal);
        AnyObject tunnel = AnyObject.Read(less) with { Metadata = new ObjectMeta { Name = "berlin", Namespace = @namespace, Finalizers = [IpsecTunnel.Finalizer] } };
        await api.Tunnels.CreateAsync(tunnel);
        await MakeAsync("before", new PostQuantumPolicySpec { NamespaceSelector = new() { MatchLabels = new Dictionary<string, string> { ["case"] = "before" } } });
        await UntilSeenAsync();

        await PatchAsync("""[{"op": "add", "path": "/metadata/labels", "value": {"a": "b"}}]""");
        ApiException? refusal = await ModernApi.RefusalAsync(() => PatchAsync("""[{"op": "add", "path": "/spec/dataplane", "value": "Userspace"}]"""));
        Assert.Contains("spec.ike.proposals: PostQuantumPolicy \"before\" wants MlKem768 or stronger", refusal?.Message, StringComparison.Ordinal);
        await PatchAsync("""[{"op": "replace", "path": "/spec/ike/proposals", "value": ["aes256gcm16-prfsha384-ecp384-ke1_mlkem768"]}]""");
        await api.Tunnels.DeleteAsync(tunnel.Metadata.Key);
        await PatchAsync("""[{"op": "remove", "path": "/metadata/finalizers"}]""");
        Assert.Null(await api.Tunnels.FindAsync(tunnel.Metadata.Key));

        Task<AnyObject> PatchAsync(string operations) => api.Tunnels.PatchAsync(tunnel.Metadata.Key, Patch.Json(Json.Array(operations)));
    }

    public async ValueTask DisposeAsync()
    {
        if (!api.IsThere || _lacks is not null)
            return;
        await Binding.DeleteAsync(new NamespacedName(null, AdmissionPolicy.Name));
        await Policy.DeleteAsync(new NamespacedName(null, AdmissionPolicy.Name));
        foreach (string name in _made)
            await api.Policies.DeleteAsync(new NamespacedName(null, name));
    }

    private void Require()
    {
        api.Require();
        Assert.SkipWhen(_lacks is not null, _lacks ?? "");
    }

    private ResourceClient<AnyObject> Policy => api.Of(Admission, "v1", "validatingadmissionpolicies");

    private ResourceClient<AnyObject> Binding => api.Of(Admission, "v1", "validatingadmissionpolicybindings");

    // The plugin tells the first of several reasons, and of it the field and the policy as the operator does.
    private static bool Agree(string[] problems, string? answer) => answer is null
        ? problems.Length == 0
        : problems.Any(problem => answer.Contains(problem[..(problem.IndexOf(" wants ", StringComparison.Ordinal) + 7)], StringComparison.Ordinal));

    private async Task<string?> AnswerAsync(string yaml, string @namespace)
    {
        AnyObject tunnel = AnyObject.Read(yaml) with { Metadata = new ObjectMeta { GenerateName = "berlin-", Namespace = @namespace } };
        return (await ModernApi.RefusalAsync(() => api.Tunnels.CreateAsync(tunnel)))?.Message;
    }

    private async Task MakeAsync(string name, PostQuantumPolicySpec spec)
    {
        JsonElement json = JsonSerializer.SerializeToElement(new PostQuantumPolicy { Spec = spec }, ApiJsonContext.Default.PostQuantumPolicy).GetProperty("spec");
        await api.Policies.CreateAsync(new AnyObject
        {
            ApiVersion = IpsecTunnel.GroupVersion, Kind = PostQuantumPolicy.KindName, Metadata = new ObjectMeta { Name = name }, Spec = json,
        });
        _made.Add(name);
    }

    // The plugin reads policies in the order in which they were made: once it follows the last, it follows all. It looks for new kinds every half minute.
    private async Task UntilSeenAsync()
    {
        Dictionary<string, string> labels = new() { ["last"] = $"{Guid.NewGuid():n}" };
        string @namespace = await api.NamespaceAsync(labels), name = $"last-{labels["last"]}";
        await MakeAsync(name, new PostQuantumPolicySpec { NamespaceSelector = new NamespaceSelector { MatchLabels = labels } });
        string classical = Sample.Yaml.Replace("-ke1_mlkem768", "", StringComparison.Ordinal).Replace("Required", "Disabled", StringComparison.Ordinal);
        await ModernApi.EventuallyAsync($"the API server holds tunnels to {name}", async () =>
            await AnswerAsync(classical, @namespace) is { } answer && answer.Contains($"\"{name}\" wants", StringComparison.Ordinal) ? answer : null);
    }
}
