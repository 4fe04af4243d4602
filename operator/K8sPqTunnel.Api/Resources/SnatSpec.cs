using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("All addresses of a network become one.")]
public sealed record SnatSpec
{
    [Field("The network as hosts on this side have it, for example 10.244.0.0/16.", Required = true, MinLength = 1, MaxLength = 43)]
    public string? Local { get; init; }

    [Field("The address that the peer sees instead, inside spec.traffic.local, for example 10.200.0.5.", Required = true, MinLength = 1, MaxLength = 45)]
    public string? As { get; init; }
}
