using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>When ESP goes in UDP (RFC 3948).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EncapsulationPolicy>))]
public enum EncapsulationPolicy
{
    /// <summary>As suits the data plane.</summary>
    Auto,

    /// <summary>Whether or not there is a NAT.</summary>
    Always,

    /// <summary>Only where there is one, and straight over IP otherwise.</summary>
    BehindNat,
}
