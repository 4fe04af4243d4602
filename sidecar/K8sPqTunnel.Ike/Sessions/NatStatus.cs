namespace K8sPqTunnel.Ike.Sessions;

/// <summary>What NAT detection found (RFC 7296 2.23).</summary>
/// <param name="PeerSupports">The peer sent its hashes, so it can do ESP in UDP.</param>
internal readonly record struct NatStatus(bool PeerSupports, bool LocalBehindNat, bool PeerBehindNat)
{
    public bool IsDetected => LocalBehindNat || PeerBehindNat;
}
