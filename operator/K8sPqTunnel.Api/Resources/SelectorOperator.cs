using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>How a <see cref="SelectorRequirement"/> looks at a label.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SelectorOperator>))]
public enum SelectorOperator
{
    /// <summary>Its value is one of several.</summary>
    In,

    /// <summary>Its value is none of several, or it is not there.</summary>
    NotIn,

    /// <summary>It is there.</summary>
    Exists,

    /// <summary>It is not there.</summary>
    DoesNotExist,
}
