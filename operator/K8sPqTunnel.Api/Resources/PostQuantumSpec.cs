using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("Whether the tunnel's keys must withstand a quantum computer.")]
public sealed record PostQuantumSpec
{
    [Field("Required: no tunnel without ML-KEM. Preferred: ML-KEM where the peer has it. Disabled: classical key exchange only.",
        Default = "\"Required\"")]
    public KeyExchangePolicy? KeyExchange { get; init; }
}
