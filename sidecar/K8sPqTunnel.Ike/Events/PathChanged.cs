namespace K8sPqTunnel.Ike.Events;

/// <summary>An IKE SA and its children run over another path: one of the ends, or a NAT between them, has moved.</summary>
/// <param name="From">The path before.</param>
/// <param name="To">The path from now on.</param>
/// <param name="LocalBehindNat">Somebody on the new path rewrites our address: keepalives are ours to send (RFC 3948 4).</param>
public sealed record PathChanged(
    string Connection, IkeSpi InitiatorSpi, PeerPath From, PeerPath To, bool LocalBehindNat) : IkeEvent(Connection);
