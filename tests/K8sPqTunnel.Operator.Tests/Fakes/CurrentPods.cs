using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Tests.Fakes;

/// <summary>What the pods bear that <see cref="OperatorUnderTest"/> takes for its own and up to date.</summary>
internal static class CurrentPods
{
    private static readonly GatewayOptions Options = new("daemon:1", new Uri("https://pqtunnel-operator.pqtunnel-system.svc:8443"));

    /// <summary>The digest of a pod of the sample tunnel's own gateway; its probe needs raw sockets.</summary>
    public static string OfBerlin { get; } = Of(
        GatewayShape.Of(new TunnelResource { Metadata = Named("berlin") }), new PlannedTunnel("berlin", "", [], NeedsRawSockets: true));

    /// <summary>The digest of a pod of an IpsecGateway with an empty spec.</summary>
    public static string OfGateway(string name) => Of(GatewayShape.Of(new GatewayResource { Metadata = Named(name) }));

    private static string Of(GatewayShape shape, params PlannedTunnel[] tunnels) =>
        GatewayReplicaSet.For(shape, tunnels, Options).Spec!.Template.Metadata!.Annotations![GatewayNames.PodDigestAnnotation];

    private static ObjectMeta Named(string name) => new() { Name = name, Namespace = "network", Uid = "any" };
}
