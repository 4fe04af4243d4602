using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Applying;

/// <summary>An object that a controller has applied, as little of it as the controller needs to see whether it is still as applied.</summary>
public sealed record AppliedObject : IKubernetesObject
{
    /// <summary>Not kept.</summary>
    public string ApiVersion => "";

    /// <summary>Not kept.</summary>
    public string Kind => "";

    /// <summary>Without labels, and of annotations only <see cref="ObjectApplier.DigestAnnotation"/>.</summary>
    public required ObjectMeta Metadata { get; init; }

    /// <summary>All its fields.</summary>
    public required FieldPrints Fields { get; init; }
}
