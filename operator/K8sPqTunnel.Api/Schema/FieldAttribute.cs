namespace K8sPqTunnel.Api.Schema;

/// <summary>What the CRD says about a field or a type: its description for `kubectl explain`, its default and its bounds.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class FieldAttribute(string? description = null) : Attribute
{
    /// <summary>A sentence for the user.</summary>
    public string? Description { get; } = description;

    public bool Required { get; init; }

    /// <summary>The default as JSON text.</summary>
    public string? Default { get; init; }

    /// <summary>A regular expression for a text, or for each text of a list.</summary>
    public string? Pattern { get; init; }

    /// <summary>A text that may be a number, written without quotes (x-kubernetes-int-or-string).</summary>
    public bool IsIntOrText { get; init; }

    /// <summary>Bounds of a text, or of each text of a list; -1 for none.</summary>
    public int MinLength { get; init; } = -1;
    public int MaxLength { get; init; } = -1;

    /// <summary>Bounds of a number; -1 for none.</summary>
    public int Minimum { get; init; } = -1;
    public int Maximum { get; init; } = -1;

    /// <summary>Bounds of a list or map; -1 for none.</summary>
    public int MinItems { get; init; } = -1;
    public int MaxItems { get; init; } = -1;

    /// <summary>How server-side apply merges a list: atomic, set or map.</summary>
    public string? ListType { get; init; }

    /// <summary>The key of a list of type map.</summary>
    public string? ListMapKey { get; init; }

    /// <summary>Kubernetes owns the content: no schema of ours, and unknown fields are not refused.</summary>
    public bool Open { get; init; }
}
