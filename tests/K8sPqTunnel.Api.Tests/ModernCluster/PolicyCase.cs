using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Tests.ModernCluster;

/// <summary>A namespace, by its labels, and what the policies that are made for it say.</summary>
/// <param name="Name">The label <c>case</c> of the namespace, which each of the policies selects beside what it selects by itself.</param>
/// <param name="Labels">Further labels of the namespace.</param>
/// <param name="Policies">Each with the name of the case as a further label to match.</param>
internal sealed record PolicyCase(string Name, IReadOnlyDictionary<string, string> Labels, params PostQuantumPolicySpec[] Policies)
{
    private const string Label = "case";

    private static readonly Dictionary<string, string> None = [];
    private static readonly Dictionary<string, string> Production = new() { ["env"] = "production" };
    private static readonly PostQuantumPolicySpec Symmetric = new() { Authentication = AuthenticationMinimum.SymmetricKey };

    /// <summary>Minima, selectors and several policies at once.</summary>
    public static IReadOnlyList<PolicyCase> All { get; } =
    [
        new("defaults", None, new PostQuantumPolicySpec()),
        .. Enum.GetValues<KeyExchangeMinimum>().Select(minimum => new PolicyCase($"{minimum}".ToLowerInvariant(), None, new PostQuantumPolicySpec { KeyExchange = minimum })),
        new("symmetric", None, Symmetric with { KeyExchange = KeyExchangeMinimum.MlKem512 }),
        new("both", None, new PostQuantumPolicySpec { KeyExchange = KeyExchangeMinimum.MlKem1024 }, Symmetric),
        new("no-policy", None),
        new("labels-fit", Production, Selecting(new() { MatchLabels = Production })),
        new("labels-differ", new Dictionary<string, string> { ["env"] = "test" }, Selecting(new() { MatchLabels = Production })),
        new("labels-absent", None, Selecting(new() { MatchLabels = Production })),
        .. Enum.GetValues<SelectorOperator>().SelectMany(kind => (PolicyCase[])
        [
            new($"{kind}-fits".ToLowerInvariant(), Production, Selecting(Expression(kind))),
            new($"{kind}-other".ToLowerInvariant(), new Dictionary<string, string> { ["env"] = "test" }, Selecting(Expression(kind))),
            new($"{kind}-absent".ToLowerInvariant(), None, Selecting(Expression(kind))),
        ]),
        new("two-expressions", Production, Selecting(new() { MatchLabels = Production, MatchExpressions = [.. Expression(SelectorOperator.NotIn).MatchExpressions!] })),
    ];

    /// <summary>Of the namespace.</summary>
    public IReadOnlyDictionary<string, string> AllLabels => new Dictionary<string, string>(Labels) { [Label] = Name };

    /// <summary>The policies with their names; they select namespaces of this case alone.</summary>
    public IEnumerable<(string Name, PostQuantumPolicySpec Spec)> Named => Policies.Select((policy, i) => ($"{Name}-{i}", policy with
    {
        NamespaceSelector = (policy.NamespaceSelector ?? new NamespaceSelector()) with
        {
            MatchLabels = new Dictionary<string, string>(policy.NamespaceSelector?.MatchLabels ?? None) { [Label] = Name },
        },
    }));

    private static PostQuantumPolicySpec Selecting(NamespaceSelector selector) => new() { NamespaceSelector = selector, KeyExchange = KeyExchangeMinimum.MlKem768 };

    private static NamespaceSelector Expression(SelectorOperator kind) => new()
    {
        MatchExpressions = [new SelectorRequirement { Key = "env", Operator = kind, Values = kind is SelectorOperator.In or SelectorOperator.NotIn ? ["production", "stage"] : null }],
    };
}
