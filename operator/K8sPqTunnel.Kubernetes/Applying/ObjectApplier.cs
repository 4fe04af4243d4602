using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Informers;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Applying;

/// <summary>Server-side applies objects, and asks nothing of the API server where they are as applied, also after a restart.</summary>
/// <remarks>
/// What was applied last is known by its digest in an annotation; that nobody has changed it since, by its <see cref="FieldPrints"/>. What others
/// have added beside it stays.
/// </remarks>
/// <param name="client">The cluster.</param>
/// <param name="fieldManager">One name per controller.</param>
public sealed class ObjectApplier(KubernetesClient client, string fieldManager)
{
    /// <summary>On each applied object: which form of it was applied last.</summary>
    public const string DigestAnnotation = "pqtunnel.io/applied";

    private const int DigestOctets = 8;

    /// <summary>The kind as an applier's store keeps it.</summary>
    public static ResourceKind<AppliedObject> Observed<T>(ResourceKind<T> kind)
        where T : class, IKubernetesObject => AppliedObjectConverter.See(kind);

    /// <summary>Applies the object unless the store shows that it is as wanted.</summary>
    /// <returns>True if it had to be applied.</returns>
    public async Task<bool> ApplyAsync<T>(ResourceKind<T> kind, ObjectStore<AppliedObject> store, T desired, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(desired, kind.Json);
        string digest = Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, DigestOctets));
        if (store.TryGet(desired.Metadata.Key, out var live)
            && live.Metadata.Annotations?.GetValueOrDefault(DigestAnnotation) == digest
            && live.Fields.Contain(FieldPrints.Of(json)))
            return false;

        JsonObject marked = JsonNode.Parse(json)!.AsObject();
        JsonObject metadata = marked["metadata"]!.AsObject();
        if (metadata["annotations"] is not JsonObject annotations)
            metadata["annotations"] = annotations = [];
        annotations[DigestAnnotation] = digest;
        await client.Of(kind).ApplyAsync(desired.Metadata.Key, marked, fieldManager, cancellationToken);
        return true;
    }
}
