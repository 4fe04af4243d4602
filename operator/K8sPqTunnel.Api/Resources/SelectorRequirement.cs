using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

/// <summary>Kubernetes' LabelSelectorRequirement.</summary>
[Field("A demand on a label.")]
[Rule(".values", "(self.operator in ['In', 'NotIn']) == (has(self.values) && self.values.size() > 0)",
    "matchExpressions: In and NotIn need values, Exists and DoesNotExist take none, for example {key: env, operator: In, values: [production]}.")]
public sealed record SelectorRequirement
{
    [Field("The label.", Required = true, MinLength = 1, MaxLength = 317)]
    public string? Key { get; init; }

    [Field("In and NotIn compare with values; a namespace without the label fits NotIn.", Required = true)]
    public SelectorOperator? Operator { get; init; }

    [Field("For In and NotIn.", MaxItems = 64, MaxLength = 63, ListType = "atomic")]
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Do these labels fit? A demand that says nothing fits none.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        if (Key is null)
            return false;
        bool has = labels.TryGetValue(Key, out string? value);
        return Operator switch
        {
            SelectorOperator.In => has && Values?.Contains(value!) == true,
            SelectorOperator.NotIn => !has || Values?.Contains(value!) != true,
            SelectorOperator.Exists => has,
            SelectorOperator.DoesNotExist => !has,
            _ => false,
        };
    }
}
