using System.Text.RegularExpressions;
using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Tests.Schema;

/// <summary>An object that breaks a CEL rule.</summary>
/// <param name="Field">What the API server has to point at, for example <c>spec.nat.netmap[0].as</c>.</param>
/// <param name="Words">Some of the rule's message, which tell it from others of the same field.</param>
/// <param name="Yaml">The object.</param>
/// <param name="Before">What it was, where the rule is about a change.</param>
internal sealed partial record RuleViolation(string Field, string Words, string Yaml, string? Before = null)
{
    private const string Psk = "psk: {secretRef: {name: berlin-psk, key: psk}}";
    private const string Peer = "addresses: [198.51.100.7]\n    id: branch-berlin.example.net";
    private const string Proposal = "prfsha384-ecp384-ke1_mlkem768";

    /// <summary>At least one for each rule.</summary>
    public static IReadOnlyList<RuleViolation> All { get; } =
    [
        Tunnel("spec.probe.target", "neither target nor answer", "target: 10.20.0.1, interval", "interval"),
        Tunnel("spec.probe.port", "protocol is Tcp", "target: 10.20.0.1", "target: 10.20.0.1, protocol: Tcp"),
        Tunnel("spec.probe.port", "means nothing with ICMP", "target: 10.20.0.1", "target: 10.20.0.1, port: 80"),
        Tunnel("spec.traffic.local", "required in mode Policy", "local: [10.244.0.0/16], ", ""),
        Tunnel("spec.traffic.remote", "required in mode Policy", ", remote: [10.20.0.0/16]", ""),
        Tunnel("spec.traffic.interface", "mode: Route", "mode: Policy", "mode: Policy, interface: {name: cf0}"),
        Tunnel("spec.traffic.routes", "mode: Route", "mode: Policy", "mode: Policy, routes: [{to: 10.20.0.0/16}]"),
        Tunnel("spec.traffic.rules", "mode: Route", "mode: Policy", "mode: Policy, rules: [{mark: \"1\"}]"),
        Tunnel("spec.traffic.mark", "mode: Policy", "mode: Policy", "mode: Route, mark: \"0x2a\""),
        Tunnel("spec.traffic.rules[0].from", "needs from, to or mark", "mode: Policy", "mode: Route, routes: [{to: 10.20.0.0/16}], rules: [{}]"),
        Tunnel("spec.traffic.routes[1].table", "253 to 255", "mode: Policy", "mode: Route, routes: [{to: 10.20.0.0/16}, {to: 10.20.0.0/16, table: 254}]"),
        Tunnel("spec.traffic.remote", "both local and remote", "remote: [10.20.0.0/16]", "remote: [10.20.0.0/16, 10.244.0.0/16]"),
        Tunnel("spec.mtu.value", "does not fit", "dataplane: Auto", "mtu: {value: 1480, path: 1500}"),
        Tunnel("spec.nat.netmap[0].as", "different prefix lengths", "dataplane: Auto", "nat: {netmap: [{local: 10.0.0.0/24, as: 10.244.0.0/16}]}"),
        Tunnel("spec.nat.netmap[1].as", "the same network", "dataplane: Auto",
            "nat: {netmap: [{local: 10.0.0.0/17, as: 10.244.0.0/17}, {local: 10.7.0.0/16, as: 10.7.0.0/16}]}"),
        Tunnel("spec.nat.netmap", "in spec.traffic.local", "dataplane: Auto", "nat: {netmap: [{local: 10.244.0.0/16, as: 10.200.0.0/16}]}"),
        Tunnel("spec.ike.reauthenticationInterval", "at the end of each lifetime", "lifetime: 4h", "lifetime: 4h, reauthenticationInterval: 24h, reauthenticate: true"),
        Tunnel("spec.ike.proposals", "keyExchange is Required", Proposal, "prfsha384-ecp384"),
        Tunnel("spec.ike.proposals", "keyExchange is Required", Proposal, $"{Proposal}-ke1_none"),
        Tunnel("spec.ike.proposals", "keyExchange is Disabled", "keyExchange: Required", "keyExchange: Disabled"),
        Tunnel("spec.limits.cookiesFrom", "no cookie", "dataplane: Auto", "limits: {cookiesFrom: 11, halfOpen: 10}"),
        Tunnel("spec.limits.halfOpenPerAddress", "limit nothing", "dataplane: Auto", "limits: {halfOpenPerAddress: 11, halfOpen: 10, cookiesFrom: 5}"),
        Tunnel("spec.transport.startPort", "500 or 4500", "dataplane: Auto", "transport: {startPort: 501}"),
        Tunnel("spec.authentication.psk", "needs psk", Psk, "{}"),
        Tunnel("spec.authentication.local", "which end uses which", Psk, "{ psk: {secretRef: {name: a}}, certificate: {secretRef: {name: b}} }"),
        Tunnel("spec.authentication.local", "which end uses which", Psk, "{ psk: {secretRef: {name: a}}, certificate: {secretRef: {name: b}}, local: Psk }"),
        Tunnel("spec.startAction", "no address to begin with", "[198.51.100.7]", "[198.51.100.0/24, any]"),
        Tunnel("spec.peer.id", "who may come", Peer, "addresses: [any]\n  startAction: None"),
        Tunnel("spec.gateway", "a gateway of its own", "dataplane: Auto", "gateway: {}\n  gatewayRef: {name: shared}"),
        Tunnel("spec.gateway.metricsPort", "is not 4500", "dataplane: Auto", "gateway: {metricsPort: 4500}"),
        new("spec.metricsPort", "spec.metricsPort is not 4500", $$"""
            apiVersion: {{IpsecTunnel.GroupVersion}}
            kind: {{IpsecGateway.KindName}}
            metadata: {name: edge, namespace: network}
            spec: {metricsPort: 4500}
            """),
        Moved("{name: shared}", "{name: other}"),
        Moved("{name: shared}", null),
        Moved(null, "{name: shared}"),
        Policy("{key: env, operator: In}"),
        Policy("{key: env, operator: NotIn, values: []}"),
        Policy("{key: env, operator: Exists, values: [production]}"),
        Policy("{key: env, operator: DoesNotExist, values: [production]}"),
    ];

    /// <summary>The rule that it breaks.</summary>
    public CelRule Rule => CelRule.All.Single(rule => rule.Field == Position().Replace(Field, "[*]") && rule.Message.Contains(Words, StringComparison.Ordinal));

    /// <summary>The one of this name.</summary>
    public static RuleViolation Named(string name) => All.Single(violation => violation.ToString() == name);

    /// <summary>Its place in the list tells violations of one rule apart.</summary>
    public override string ToString() => $"{All.ToList().IndexOf(this) + 1}. {Field}: {Words}";

    private static RuleViolation Tunnel(string field, string words, string old, string replacement)
    {
        Assert.Contains(old, Sample.Yaml, StringComparison.Ordinal);
        return new RuleViolation(field, words, Sample.Yaml.Replace(old, replacement, StringComparison.Ordinal));
    }

    private static RuleViolation Moved(string? from, string? to) =>
        new("spec.gatewayRef", "cannot change", At(to), At(from));

    private static string At(string? gateway) => gateway is null ? Sample.Yaml : $"{Sample.Yaml}\n  gatewayRef: {gateway}";

    private static RuleViolation Policy(string requirement) => new("spec.namespaceSelector.matchExpressions[0].values", "In and NotIn need values", $$"""
        apiVersion: {{IpsecTunnel.GroupVersion}}
        kind: {{PostQuantumPolicy.KindName}}
        metadata: {name: strong}
        spec:
          namespaceSelector:
            matchExpressions: [{{requirement}}]
        """);

    [GeneratedRegex(@"\[\d+\]", RegexOptions.NonBacktracking)]
    private static partial Regex Position();
}
