using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Apps;

/// <summary>Keeps a number of pods running. A change of its template is for pods to come: those that run are left as they are.</summary>
public sealed record ReplicaSet : IKubernetesObject
{
    public string ApiVersion => "apps/v1";

    public string Kind => "ReplicaSet";

    public required ObjectMeta Metadata { get; init; }

    public ReplicaSetSpec? Spec { get; init; }
}
