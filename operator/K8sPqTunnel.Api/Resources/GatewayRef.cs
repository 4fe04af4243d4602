using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("Names an IpsecGateway of the tunnel's namespace.")]
public sealed record GatewayRef
{
    [Field("The gateway's name.", Required = true, MinLength = 1, MaxLength = 253)]
    public string? Name { get; init; }
}
