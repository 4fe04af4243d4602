using System.Text.Json.Serialization;

namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>One observation of an object's state (meta/v1 Condition).</summary>
public sealed record Condition
{
    /// <summary>CamelCase, unique in the list; see <see cref="ConditionTypes"/>.</summary>
    public required string Type { get; init; }

    public required ConditionStatus Status { get; init; }

    /// <summary>The <see cref="ObjectMeta.Generation"/> that this was said about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>When <see cref="Status"/> last changed; <see cref="Conditions.With"/> keeps it.</summary>
    [JsonConverter(typeof(TimeConverter))]
    public required DateTimeOffset LastTransitionTime { get; init; }

    /// <summary>One CamelCase word for programs.</summary>
    public required string Reason { get; init; }

    /// <summary>One sentence for people; at most 32,768 characters.</summary>
    public required string Message { get; init; }
}
