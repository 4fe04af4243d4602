using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>spec.probe.protocol.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProbeProtocol>))]
public enum ProbeProtocol
{
    Icmp,
    Udp,
    Tcp,
}
