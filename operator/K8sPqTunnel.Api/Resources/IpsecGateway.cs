using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Status;

namespace K8sPqTunnel.Api.Resources;

/// <summary>Where tunnels run: a pod in the network of a chosen node, which carries any number of them.</summary>
[Field("Where tunnels run: a pod in the network of a chosen node, which carries every IpsecTunnel of its namespace whose spec.gatewayRef names it.")]
[PrinterColumn("Ready", ".status.conditions[?(@.type=='Ready')].status", Description = "The gateway's daemon runs and is heard.")]
[PrinterColumn("Tunnels", ".status.tunnels", Type = "integer", Description = "Tunnels that name this gateway.")]
[PrinterColumn("Tunnels ready", ".status.readyTunnels", Type = "integer", Description = "Those of them through which packets pass.")]
[PrinterColumn("Node", ".status.node")]
[PrinterColumn("Age", ".metadata.creationTimestamp", Type = "date")]
[PrinterColumn("Pod", ".status.pod", Priority = 1)]
[PrinterColumn("Version", ".status.daemonVersion", Priority = 1, Description = "The daemon's version.")]
[PrinterColumn("Image", ".status.image", Priority = 1, Description = "The image of the gateway's pod.")]
public sealed record IpsecGateway
{
    public const string KindName = "IpsecGateway";
    public const string Plural = "ipsecgateways";

    public string? ApiVersion { get; init; }
    public string? Kind { get; init; }

    [Field(Open = true)]
    public ObjectMetadata? Metadata { get; init; }

    [Field("The gateway as it should be.", Default = "{}")]
    public IpsecGatewaySpec? Spec { get; init; }

    [Field("The gateway as it was last seen; written by the operator.")]
    public IpsecGatewayStatus? Status { get; init; }
}
