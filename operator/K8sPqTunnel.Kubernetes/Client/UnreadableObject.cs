using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>An object that exists but whose JSON does not fit the type, so that one bad object does not hide the others.</summary>
/// <param name="Key">Which object.</param>
/// <param name="Problem">What does not fit; names the JSON path, never the value.</param>
public sealed record UnreadableObject(NamespacedName Key, string Problem);
