using System.Text.Json.Serialization;

namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>Whether a <see cref="Condition"/> holds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConditionStatus>))]
public enum ConditionStatus
{
    Unknown,
    True,
    False,
}
