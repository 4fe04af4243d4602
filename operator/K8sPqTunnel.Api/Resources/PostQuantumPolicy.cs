using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Status;

namespace K8sPqTunnel.Api.Resources;

/// <summary>What tunnels of chosen namespaces must at least do against quantum computers: a platform team's promise.</summary>
[Field("What tunnels of chosen namespaces must at least do against quantum computers. A tunnel that does less is refused, and does not begin.")]
[PrinterColumn("Key exchange", ".spec.keyExchange", Description = "The weakest ML-KEM that is allowed.")]
[PrinterColumn("Authentication", ".spec.authentication")]
[PrinterColumn("Tunnels", ".status.tunnels", Type = "integer", Description = "Tunnels of the namespaces that it selects.")]
[PrinterColumn("Violating", ".status.violating", Type = "integer", Description = "Those of them that do less.")]
[PrinterColumn("Age", ".metadata.creationTimestamp", Type = "date")]
public sealed record PostQuantumPolicy
{
    public const string KindName = "PostQuantumPolicy";
    public const string Plural = "postquantumpolicies";

    public string? ApiVersion { get; init; }
    public string? Kind { get; init; }

    [Field(Open = true)]
    public ObjectMetadata? Metadata { get; init; }

    [Field("The promise.", Default = "{}")]
    public PostQuantumPolicySpec? Spec { get; init; }

    [Field("How the tunnels comply; written by the operator.")]
    public PostQuantumPolicyStatus? Status { get; init; }
}
