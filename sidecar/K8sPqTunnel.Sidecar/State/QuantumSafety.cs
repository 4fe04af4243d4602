using System.Text.Json.Serialization;

namespace K8sPqTunnel.Sidecar.State;

/// <summary>Whether, and from where, a child SA's keys withstand a quantum computer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QuantumSafety>))]
public enum QuantumSafety
{
    /// <summary>They do not: classical key exchange only.</summary>
    None,

    /// <summary>They derive from an IKE SA whose keys do (RFC 7296 2.17).</summary>
    FromIkeSa,

    /// <summary>A quantum-safe key exchange of the child SA's own went into them (RFC 9370 2.2.4).</summary>
    OwnKeyExchange,
}
