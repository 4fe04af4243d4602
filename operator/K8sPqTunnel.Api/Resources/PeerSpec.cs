using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("The other end of the tunnel.")]
public sealed record PeerSpec
{
    [Field("Whose product the peer is; sets the defaults of the proposals and lifetimes.", Default = "\"Generic\"")]
    public PeerProfile? Profile { get; init; }

    [Field("IP addresses or DNS names of the peer, tried in order. Also networks in CIDR form, or any, for a peer that begins from an address that is not "
        + "known beforehand: with these alone startAction is None, and id says who may come.", Required = true, MinItems = 1, MaxItems = 8, MaxLength = 253, MinLength = 1)]
    public IReadOnlyList<string>? Addresses { get; init; }

    [Field("The identity that the peer must prove: a DNS name, an IP address, an e-mail address, key-id:TEXT, or a distinguished name (CN=...). "
        + "With wildcards: *.example.net, *@example.net, or * as the value of parts of a distinguished name. "
        + "Where several peers fit a wildcard and no address is named, each has an IKE SA of its own. "
        + "Default: the first of the addresses.", MinLength = 1, MaxLength = 512)]
    public string? Id { get; init; }
}
