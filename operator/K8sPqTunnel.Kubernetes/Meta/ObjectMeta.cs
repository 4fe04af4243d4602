using System.Text.Json.Serialization;

namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>The metadata of an object (meta/v1 ObjectMeta, without managedFields).</summary>
public sealed record ObjectMeta
{
    public string? Name { get; init; }

    /// <summary>The prefix from which the API server makes a name on create.</summary>
    public string? GenerateName { get; init; }

    /// <summary>Null for objects of the whole cluster.</summary>
    public string? Namespace { get; init; }

    public string? Uid { get; init; }

    /// <summary>Opaque: compare for equality only. A write that carries it fails with 409 if the object has moved on.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Counts the changes of the spec.</summary>
    public long? Generation { get; init; }

    [JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set once deletion was asked for; the object goes when <see cref="Finalizers"/> is empty.</summary>
    [JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset? DeletionTimestamp { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public IReadOnlyList<string>? Finalizers { get; init; }

    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }

    /// <summary>Deletion was asked for and waits for finalizers.</summary>
    [JsonIgnore]
    public bool IsBeingDeleted => DeletionTimestamp is not null;

    /// <summary>Where the object lives.</summary>
    [JsonIgnore]
    public NamespacedName Key => new(Namespace, Name ?? "");
}
