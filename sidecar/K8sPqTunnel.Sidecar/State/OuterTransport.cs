using System.Text.Json.Serialization;

namespace K8sPqTunnel.Sidecar.State;

/// <summary>How IKE and ESP travel between the two ends.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OuterTransport>))]
public enum OuterTransport
{
    /// <summary>IKE on a UDP port (500, or 4500 with MOBIKE), ESP straight over IP.</summary>
    Udp,

    /// <summary>IKE and ESP on the UDP port that they share (RFC 3948).</summary>
    UdpEncapsulated,

    /// <summary>IKE and ESP in a TCP connection (RFC 9329).</summary>
    Tcp,
}
