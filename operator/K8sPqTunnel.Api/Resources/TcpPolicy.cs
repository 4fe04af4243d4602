using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>Whether IKE and ESP may travel in TCP (RFC 9329).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TcpPolicy>))]
public enum TcpPolicy
{
    /// <summary>UDP only.</summary>
    Never,

    /// <summary>UDP, and TCP when UDP gets no answer.</summary>
    Fallback,

    /// <summary>TCP only.</summary>
    Always,
}
