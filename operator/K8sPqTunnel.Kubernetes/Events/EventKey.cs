using K8sPqTunnel.Kubernetes.Core;

namespace K8sPqTunnel.Kubernetes.Events;

/// <summary>Events with the same key are one event that repeats. The API lets none of these fields change.</summary>
internal sealed record EventKey(
    ObjectReference Regarding, ObjectReference? Related, EventType Type, string Reason, string Action, string Note)
{
    /// <summary>For logs.</summary>
    public override string ToString() => $"{Reason} of {Regarding.Kind} {Regarding.Namespace}/{Regarding.Name}";
}
