using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Status;

[Field("One aspect of the tunnel's state, in Kubernetes' usual form.")]
public sealed record Condition
{
    [Field("Ready, Reconciling, Stalled, Established, QuantumSafe, DataPathHealthy or CertificateValid.", Required = true, MaxLength = 64)]
    public required string Type { get; init; }

    [Field("True, False or Unknown.", Required = true)]
    public required ConditionStatus Status { get; init; }

    [Field("The metadata.generation that this condition speaks of.")]
    public long? ObservedGeneration { get; init; }

    [Field("When the status last changed.", Required = true)]
    public required DateTimeOffset LastTransitionTime { get; init; }

    [Field("Why, in one CamelCase word.", Required = true, MaxLength = 128)]
    public required string Reason { get; init; }

    [Field("Why, in a sentence that says what to do.", Required = true, MaxLength = 4096)]
    public required string Message { get; init; }
}
