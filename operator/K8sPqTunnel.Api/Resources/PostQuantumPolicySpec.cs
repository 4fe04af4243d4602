using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

/// <summary>What the platform team writes of a policy. Where several select a namespace, each must be met.</summary>
[Field("For whom the policy is, and the least that their tunnels must do. Where several policies select a namespace, each must be met.")]
public sealed record PostQuantumPolicySpec
{
    [Field("Namespaces by their labels. Default: all.")]
    public NamespaceSelector? NamespaceSelector { get; init; }

    [Field("The weakest ML-KEM that a tunnel's IKE SA may come from, whichever of its proposals the peer takes.", Default = "\"MlKem768\"")]
    public KeyExchangeMinimum? KeyExchange { get; init; }

    [Field("SymmetricKey: both ends prove themselves with a pre-shared key, or with certificates and a required PPK, which no quantum computer forges. "
        + "Any: certificates alone, too.", Default = "\"Any\"")]
    public AuthenticationMinimum? Authentication { get; init; }
}
