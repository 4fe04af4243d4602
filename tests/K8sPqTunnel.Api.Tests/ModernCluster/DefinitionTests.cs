using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Tests.Schema;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Api.Tests.ModernCluster;

/// <summary>The definitions on an API server that evaluates CEL, as all since 1.25 do.</summary>
[Collection(nameof(ModernApi))]
public sealed class DefinitionTests(ModernApi api)
{
    private const string PeerId = "id: branch-berlin.example.net";
    private const string Peer = $"addresses: [198.51.100.7]\n    {PeerId}";
    private const string Policy = "mode: Policy, local: [10.244.0.0/16], remote: [10.20.0.0/16]";
    private const string Proposals = "keyExchange: Required}\n  ike: {proposals: [aes256gcm16-prfsha384-ecp384-ke1_mlkem768], lifetime: 4h";

    public static TheoryData<string> Files => [.. ModernApi.Files.Select(file => Path.GetFileName(file))];

    public static TheoryData<string> Examples =>
        [.. Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Find(), "examples"), "*.yaml", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains($"kind: {IpsecTunnel.KindName}\n", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(RepositoryRoot.Find(), file))];

    public static TheoryData<string> Violations => [.. RuleViolation.All.Where(violation => violation.Before is null).Select(violation => violation.ToString())];

    public static TheoryData<string> Moves => [.. RuleViolation.All.Where(violation => violation.Before is not null).Select(violation => violation.ToString())];

    [Theory, MemberData(nameof(Files))]
    public void A_definition_is_taken_with_all_its_rules(string file)
    {
        api.Require();
        AnyObject served = api.Definitions[file];
        Assert.Contains("Established=True", ModernApi.ConditionsOf(served));
        Assert.Contains("NamesAccepted=True", ModernApi.ConditionsOf(served));
        Assert.DoesNotContain(ModernApi.ConditionsOf(served), condition => condition.StartsWith("NonStructuralSchema", StringComparison.Ordinal));
        AnyObject written = AnyObject.Read(File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "crds", file)));
        Assert.Equal(ModernApi.RulesIn(written.Spec), ModernApi.RulesIn(served.Spec));
    }

    [Theory, MemberData(nameof(Examples))]
    public async Task The_tunnels_of_an_example_are_taken(string file)
    {
        api.Require();
        string text = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Find(), file), TestContext.Current.CancellationToken);
        foreach (AnyObject tunnel in AnyObject.ReadAll(text).Where(each => each.Kind == IpsecTunnel.KindName))
            await api.Tunnels.CreateAsync(await PlacedAsync(tunnel));
    }

    [Theory]
    [InlineData("dataplane: Auto", "dataplane: Userspace")]
    [InlineData("addresses: [198.51.100.7]", "addresses: [any, 198.51.100.7]")]
    [InlineData(Peer, $"addresses: [198.51.100.0/24]\n    {PeerId}\n  startAction: None")]
    [InlineData(Policy, "mode: Route, routes: [{to: 10.20.0.0/16}, {to: 10.20.0.0/16, table: 100}], rules: [{from: 10.244.0.0/16}, {mark: 256/0xff00}]")]
    [InlineData(Policy, "mode: Route, interface: {name: cf0, addresses: [10.20.0.2/30]}")]
    [InlineData(Policy, "mode: Route, routes: [{to: 10.20.0.0/16}]}\n  nat: {netmap: [{local: 10.0.0.0/16, as: 10.200.0.0/16}]")]
    [InlineData(Policy, $"{Policy}, mark: \"0x2a\", selectors: PerPair")]
    [InlineData("dataplane: Auto", "mtu: {value: 1446, path: 1500}")]
    [InlineData("dataplane: Auto", "mtu: {tcpMssClamp: 1360, probe: Disabled}")]
    [InlineData("dataplane: Auto", "limits: {halfOpen: 10}")]
    [InlineData("dataplane: Auto", "limits: {cookiesFrom: 10, halfOpen: 10, halfOpenPerAddress: 10}")]
    [InlineData("dataplane: Auto", "transport: {startPort: 4500}")]
    [InlineData("dataplane: Auto", "gatewayRef: {name: shared}")]
    [InlineData(Policy, "local: [10.200.0.0/16], remote: [10.20.0.0/16]}\n  nat: {netmap: [{local: 10.0.0.0/16, as: 10.200.0.0/16}]")]
    [InlineData("target: 10.20.0.1", "target: 10.20.0.1, protocol: Tcp, port: 443, answer: [10.244.255.9]")]
    [InlineData("target: 10.20.0.1", "answer: [10.244.255.9]")]
    [InlineData("keyExchange: Required", "keyExchange: Preferred")]
    [InlineData(Proposals, "keyExchange: Disabled}\n  ike: {proposals: [aes256gcm16-prfsha384-ecp384], reauthenticationInterval: 24h")]
    [InlineData("psk: {secretRef: {name: berlin-psk, key: psk}}", "{ psk: {secretRef: {name: a}}, certificate: {secretRef: {name: b}}, local: Psk, remote: Certificate }")]
    public async Task What_no_rule_of_ours_is_against_is_taken(string old, string replacement)
    {
        api.Require();
        Assert.Contains(old, Sample.Yaml, StringComparison.Ordinal);
        string yaml = Sample.Yaml.Replace(old, replacement, StringComparison.Ordinal);
        using TunnelDocument document = TunnelDocument.Load(yaml);
        Assert.Empty(document.Problems);
        await api.Tunnels.CreateAsync(await PlacedAsync(AnyObject.Read(yaml)));
    }

    [Theory, MemberData(nameof(Violations))]
    public async Task What_breaks_a_rule_is_refused_with_its_message_and_its_field(string name)
    {
        api.Require();
        RuleViolation violation = RuleViolation.Named(name);
        AnyObject broken = await PlacedAsync(AnyObject.Read(violation.Yaml));
        AssertSays(violation, await ModernApi.RefusalAsync(() => api.Of(broken).CreateAsync(broken)));
    }

    [Theory, MemberData(nameof(Moves))]
    public async Task A_change_that_breaks_a_rule_is_refused_and_the_object_stays(string name)
    {
        api.Require();
        RuleViolation violation = RuleViolation.Named(name);
        AnyObject before = await PlacedAsync(AnyObject.Read(violation.Before!));
        AnyObject stored = await api.Of(before).CreateAsync(before);

        // A replacement: what the new object does not name goes.
        var after = AnyObject.Read(violation.Yaml) with { Metadata = stored.Metadata };
        string patch = $"[{{\"op\": \"replace\", \"path\": \"/spec\", \"value\": {after.Spec}}}]";
        AssertSays(violation, await ModernApi.RefusalAsync(() => api.Of(before).PatchAsync(before.Metadata.Key, Patch.Json(Json.Array(patch)))));

        AnyObject still = await api.Of(before).GetAsync(before.Metadata.Key);
        Assert.Equal((stored.Metadata.Generation, stored.Spec.ToString()), (still.Metadata.Generation, still.Spec.ToString()));
        await api.Of(before).PatchAsync(before.Metadata.Key, Patch.Json(Json.Array("""[{"op": "add", "path": "/spec/dataplane", "value": "Userspace"}]""")));
    }

    [Fact]
    public async Task Two_managers_own_entries_of_the_list_of_PPKs()
    {
        api.Require();
        AnyObject tunnel = await PlacedAsync(AnyObject.Read(Sample.Yaml.Replace("authentication:", "authentication:\n    ppk: [{id: old, secretRef: {name: a}}]", StringComparison.Ordinal)));
        await api.Tunnels.ApplyAsync(tunnel, "owner", force: false);
        AnyObject more = tunnel with { Spec = Json.Element("""{"authentication": {"ppk": [{"id": "new", "secretRef": {"name": "b"}}]}}""") };
        Assert.Equal(["old", "new"], Ppks(await api.Tunnels.ApplyAsync(more, "rotation", force: false)));

        ApiException? conflict = await ModernApi.RefusalAsync(() => api.Tunnels.ApplyAsync(
            tunnel with { Spec = Json.Element("""{"authentication": {"ppk": [{"id": "new", "secretRef": {"name": "c"}}]}}""") }, "third", force: false));
        Assert.NotNull(conflict);
        Assert.True(conflict.IsConflict);
        Assert.Contains("rotation", conflict.Message, StringComparison.Ordinal);

        Assert.Equal(["new"], Ppks(await api.Tunnels.ApplyAsync(AnyObject.Read(Sample.Yaml) with { Metadata = tunnel.Metadata }, "owner", force: false)));
    }

    [Fact]
    public async Task Two_managers_own_conditions_of_one_status()
    {
        api.Require();
        AnyObject tunnel = await PlacedAsync(AnyObject.Read(Sample.Yaml));
        await api.Tunnels.CreateAsync(tunnel);
        await api.Tunnels.ApplyStatusAsync(Conditions(tunnel, "Ready"), "operator", force: false);
        AnyObject both = await api.Tunnels.ApplyStatusAsync(Conditions(tunnel, "Audited"), "auditor", force: false);
        Assert.Equal(["Audited=True", "Ready=True"], ModernApi.ConditionsOf(both).Order(StringComparer.Ordinal));

        AnyObject one = await api.Tunnels.ApplyStatusAsync(tunnel with { Spec = null, Status = Json.Element("""{"conditions": []}""") }, "operator", force: false);
        Assert.Equal(["Audited=True"], ModernApi.ConditionsOf(one));
    }

    private static void AssertSays(RuleViolation violation, ApiException? refusal)
    {
        Assert.NotNull(refusal);
        Assert.Equal((422, "Invalid"), (refusal.Code, refusal.Reason));
        IReadOnlyList<ApiStatusCause> causes = refusal.Status?.Details?.Causes ?? [];
        Assert.True(
            causes.Any(cause => cause.Field == violation.Field && cause.Message?.EndsWith($": {violation.Rule.Message}", StringComparison.Ordinal) == true),
            $"nothing points at {violation.Field} with \"{violation.Rule.Message}\":\n{string.Join('\n', causes.Select(cause => $"{cause.Field}: {cause.Message}"))}");
    }

    private static AnyObject Conditions(AnyObject tunnel, string type) => tunnel with
    {
        Spec = null,
        Status = Json.Element($$"""
            {"conditions": [{"type": "{{type}}", "status": "True", "reason": "Fine", "message": "It is.", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}
            """),
    };

    private static IEnumerable<string?> Ppks(AnyObject tunnel) =>
        tunnel.Spec!.Value.GetProperty("authentication").GetProperty("ppk").EnumerateArray().Select(ppk => ppk.GetProperty("id").GetString());

    /// <summary>The same in a namespace of its own.</summary>
    private async Task<AnyObject> PlacedAsync(AnyObject any) => any.Kind == PostQuantumPolicy.KindName
        ? any with { Metadata = new ObjectMeta { Name = $"{any.Metadata.Name}-{Guid.NewGuid():n}"[..16] } }
        : any with { Metadata = new ObjectMeta { Name = any.Metadata.Name, Namespace = await api.NamespaceAsync() } };
}
