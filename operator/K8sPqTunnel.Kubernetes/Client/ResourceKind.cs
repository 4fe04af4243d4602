using System.Text.Json.Serialization.Metadata;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>Where the objects of one type live in the API and how they are read and written.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version, <c>v1</c>.</param>
/// <param name="Plural">The name in paths, <c>deployments</c>.</param>
/// <param name="Namespaced">False for kinds of the whole cluster.</param>
/// <param name="Json">From a source-generated context with camelCase names that leaves nulls out.</param>
public sealed record ResourceKind<T>(string Group, string Version, string Plural, bool Namespaced, JsonTypeInfo<T> Json)
    where T : class, IKubernetesObject
{
    /// <returns><c>deployments.apps</c>; <c>secrets</c> in the core group.</returns>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
