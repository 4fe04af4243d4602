using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>Reads one object of a list or watch, or says which one can't be read.</summary>
internal static class ObjectReader
{
    /// <exception cref="JsonException">It is not even an object with metadata.</exception>
    public static bool TryRead<T>(
        ReadOnlySpan<byte> json, ResourceKind<T> kind, [NotNullWhen(true)] out T? item, [NotNullWhen(false)] out UnreadableObject? problem)
        where T : class, IKubernetesObject
    {
        problem = null;
        try
        {
            item = JsonSerializer.Deserialize(json, kind.Json) ?? throw new JsonException("the object is null");
            return true;
        }
        catch (JsonException e)
        {
            item = null;
            problem = new UnreadableObject(Metadata(json).Key, e.Message);
            return false;
        }
    }

    /// <exception cref="JsonException">It is not an object with metadata.</exception>
    public static ObjectMeta Metadata(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, KubernetesJson.Default.PartialObject)?.Metadata
        ?? throw new JsonException("the object has no metadata");
}
