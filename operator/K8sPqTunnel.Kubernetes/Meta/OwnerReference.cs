namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>Names the object that this one belongs to; the garbage collector deletes it after its owner.</summary>
public sealed record OwnerReference
{
    public required string ApiVersion { get; init; }

    public required string Kind { get; init; }

    public required string Name { get; init; }

    public required string Uid { get; init; }

    /// <summary>The owner is the controller of this object; at most one owner is.</summary>
    public bool? Controller { get; init; }

    /// <summary>A foreground deletion of the owner waits for this object.</summary>
    public bool? BlockOwnerDeletion { get; init; }

    /// <summary>A reference to the controlling owner, which must have been read from the API (its UID is needed).</summary>
    /// <exception cref="ArgumentException">The owner has no name or UID.</exception>
    public static OwnerReference To(IKubernetesObject owner) => new()
    {
        ApiVersion = owner.ApiVersion,
        Kind = owner.Kind,
        Name = owner.Metadata.Name ?? throw new ArgumentException("The owner has no name.", nameof(owner)),
        Uid = owner.Metadata.Uid
            ?? throw new ArgumentException($"{owner.Kind} {owner.Metadata.Key} has no UID: read it from the API first.", nameof(owner)),
        Controller = true,
        BlockOwnerDeletion = true,
    };
}
