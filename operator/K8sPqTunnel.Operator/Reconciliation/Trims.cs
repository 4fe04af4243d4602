using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>What the stores keep of objects that others make: with thousands of tunnels, what nobody reads would be most of the memory.</summary>
internal static class Trims
{
    /// <summary>Without annotations, too: kubectl apply leaves the values of a Secret in one.</summary>
    public static ObservedSecret Secret(ObservedSecret secret) => secret with { Metadata = Slim(secret.Metadata) };

    public static Pod Pod(Pod pod) => pod with
    {
        Metadata = Slim(pod.Metadata) with
        {
            CreationTimestamp = pod.Metadata.CreationTimestamp,
            Labels = Only(pod.Metadata.Labels, GatewayNames.NameLabel, GatewayNames.InstanceLabel),
            Annotations = Only(pod.Metadata.Annotations, GatewayNames.TunnelAnnotation, GatewayNames.PodDigestAnnotation),
        },
        Spec = pod.Spec is null ? null : new PodSpec
        {
            NodeName = pod.Spec.NodeName,
            Containers = [.. pod.Spec.Containers.Select(container => new Container { Name = container.Name, Image = container.Image })],
        },
    };

    public static Node Node(Node node) => node with
    {
        Metadata = Slim(node.Metadata),
        Spec = null,
        Status = node.Status is null ? null : node.Status with { Conditions = [.. (node.Status.Conditions ?? []).Where(c => c.Type == "Ready")] },
    };

    private static ObjectMeta Slim(ObjectMeta metadata) => new()
    {
        Name = metadata.Name,
        Namespace = metadata.Namespace,
        Uid = metadata.Uid,
        ResourceVersion = metadata.ResourceVersion,
        Generation = metadata.Generation,
        DeletionTimestamp = metadata.DeletionTimestamp,
    };

    private static Dictionary<string, string>? Only(IReadOnlyDictionary<string, string>? all, params ReadOnlySpan<string> names)
    {
        Dictionary<string, string>? kept = null;
        foreach (string name in names)
        {
            if (all?.GetValueOrDefault(name) is { } value)
                (kept ??= new(names.Length))[name] = value;
        }

        return kept;
    }
}
