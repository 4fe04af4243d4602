using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Status;

/// <summary>A condition's truth value.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConditionStatus>))]
public enum ConditionStatus
{
    Unknown,
    True,
    False,
}
