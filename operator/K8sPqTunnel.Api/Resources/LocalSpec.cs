using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("This end of the tunnel.")]
public sealed record LocalSpec
{
    [Field("The identity that this end shows, in the same forms as spec.peer.id. Default: the first DNS name of its certificate or else "
        + "the certificate's subject; without a certificate the address that the tunnel is sent from.",
        MinLength = 1, MaxLength = 512)]
    public string? Id { get; init; }

    [Field("The address of this end, for a host that has several. Default: the one that the host's routes choose for the peer, and towards a peer of "
        + "unknown address the one of the default route.", MinLength = 1, MaxLength = 45)]
    public string? Address { get; init; }

    [Field("Further identities of this end, in the same forms. A peer that begins the tunnel and asks for one of them is shown that one.",
        MaxItems = 8, MinLength = 1, MaxLength = 512, ListType = "set")]
    public IReadOnlyList<string>? OtherIds { get; init; }
}
