namespace K8sPqTunnel.Ike.Events;

/// <summary>Both ends of an IKE SA have proved themselves.</summary>
/// <param name="PeerIdentity">Whom the peer proved to be.</param>
/// <param name="Proposal">The chosen algorithms in strongSwan's keywords.</param>
/// <param name="KeyExchanges">The key exchanges really run, in order, for example P-384, ML-KEM-768.</param>
/// <param name="QuantumSafe">At least one of them resists a quantum computer.</param>
/// <param name="LocalBehindNat">Somebody on the way rewrites our address: keepalives are ours to send (RFC 3948 4).</param>
/// <param name="PeerBehindNat">Somebody on the way rewrites the peer's address.</param>
/// <param name="Fragmentation">Both ends take message fragments (RFC 7383).</param>
/// <param name="LargestFragmentCount">Datagrams of the longest message so far, either way; 1 when nothing was cut.</param>
/// <param name="IsInitiator">We began it.</param>
/// <param name="PostquantumKey">ID of the postquantum preshared key that is mixed into the keys (RFC 8784, RFC 9867); null without.</param>
/// <param name="Handshake">From the first message of IKE_SA_INIT until it was up; null for one that replaces another.</param>
public sealed record IkeSaEstablished(
    string Connection,
    IkeSpi InitiatorSpi,
    IkeSpi ResponderSpi,
    PeerPath Path,
    IkeIdentity PeerIdentity,
    string Proposal,
    IReadOnlyList<string> KeyExchanges,
    bool QuantumSafe,
    bool LocalBehindNat,
    bool PeerBehindNat,
    bool Fragmentation,
    int LargestFragmentCount,
    bool IsInitiator,
    string? PostquantumKey = null,
    TimeSpan? Handshake = null) : IkeEvent(Connection);
