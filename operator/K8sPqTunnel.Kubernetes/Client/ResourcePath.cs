using System.Text;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>Makes the paths of a kind, relative to the server's address.</summary>
internal static class ResourcePath
{
    public static string Collection<T>(ResourceKind<T> kind, string? @namespace)
        where T : class, IKubernetesObject
    {
        var path = new StringBuilder(kind.Group.Length == 0 ? "api/" : $"apis/{kind.Group}/").Append(kind.Version);
        if (@namespace is not null)
        {
            if (!kind.Namespaced)
                throw new ArgumentException($"{kind} belong to the whole cluster: no namespace can be given.", nameof(@namespace));
            path.Append("/namespaces/").Append(Segment(@namespace));
        }

        return path.Append('/').Append(kind.Plural).ToString();
    }

    public static string Object<T>(ResourceKind<T> kind, NamespacedName key, string? subresource = null)
        where T : class, IKubernetesObject
    {
        if (kind.Namespaced && key.Namespace is null)
            throw new ArgumentException($"{kind} live in namespaces: {key.Name} needs one.", nameof(key));

        string path = $"{Collection(kind, key.Namespace)}/{Segment(key.Name)}";
        return subresource is null ? path : $"{path}/{subresource}";
    }

    public static string Query(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return query.ToString();
    }

    // A name is one segment: what would climb out of it or add another is refused (apimachinery IsValidPathSegmentName).
    private static string Segment(string name) =>
        name.Length > 0 && name is not ("." or "..") && !name.AsSpan().ContainsAny('/', '%')
            ? Uri.EscapeDataString(name)
            : throw new ArgumentException($"\"{name}\" can't be the name of an object or namespace.", nameof(name));
}
