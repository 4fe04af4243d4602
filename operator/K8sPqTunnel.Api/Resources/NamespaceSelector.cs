using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

/// <summary>Kubernetes' LabelSelector.</summary>
[Field("Namespaces by their labels: all of matchLabels and all of matchExpressions must fit. Kubernetes itself labels each with kubernetes.io/metadata.name (1.21).")]
public sealed record NamespaceSelector
{
    [Field("Labels and their values.", MaxItems = 32)]
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    [Field("Demands on labels.", MaxItems = 32, ListType = "atomic")]
    public IReadOnlyList<SelectorRequirement>? MatchExpressions { get; init; }

    /// <summary>Does a namespace with these labels fit?</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels) =>
        (MatchLabels ?? new Dictionary<string, string>()).All(wanted => labels.TryGetValue(wanted.Key, out string? value) && value == wanted.Value)
        && (MatchExpressions ?? []).All(requirement => requirement.Matches(labels));
}
