using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("Other addresses inside the tunnel than on this side, for networks that the peer has too. Without it source addresses stay as they are.")]
public sealed record NatSpec
{
    [Field("Networks of this side that the peer knows by another network of the same size, address by address, whoever begins.", MaxItems = 32, ListType = "atomic")]
    public IReadOnlyList<NetmapSpec>? Netmap { get; init; }

    [Field("Networks of this side whose hosts share one address inside the tunnel. The peer cannot begin with them.", MaxItems = 32, ListType = "atomic")]
    public IReadOnlyList<SnatSpec>? Snat { get; init; }
}
