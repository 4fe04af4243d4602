using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Sessions;

namespace K8sPqTunnel.Ike.Mobility;

/// <summary>Follows a peer behind a NAT that has forgotten it and gives it another address or port (RFC 7296 2.23).</summary>
/// <remarks>Only what is authentic and new comes here: a recording of old packets must not send us anywhere.</remarks>
internal static class PathFollowing
{
    /// <summary>The peer sent an IKE message over this path.</summary>
    public static void ByIke(IkeSa sa, in PeerPath seen)
    {
        if (sa.State == IkeSaState.Established)
            sa.Mobility.HeardBy = seen;
        if (MayFollow(sa, seen))
            sa.Mobility.Use(sa, seen);
        else if (MayTry(sa, seen))
        {
            sa.Mobility.Leave(sa, seen);
            sa.Mobility.AskForUpdate(sa);
        }
    }

    /// <summary>The peer sent the newest packet of a child over this path.</summary>
    public static void ByEsp(IkeSa sa, ChildSa child, in PeerPath seen)
    {
        // RFC 7296 2.23: without replay protection nobody can tell a new packet from an old one.
        if (child.ReplayWindow > 0 && MayFollow(sa, seen))
            sa.Mobility.Use(sa, seen);
    }

    private static bool MayFollow(IkeSa sa, in PeerPath seen) =>
        sa.State is IkeSaState.Established or IkeSaState.Deleting &&
        seen != sa.Path &&
        (seen.IsTcp ? IsNewConnection(sa, seen) : IsNewMapping(sa, seen));

    /// <summary>RFC 9329 6.1: the end that opened the TCP connection opens it again, and the other answers over the newest.</summary>
    private static bool IsNewConnection(IkeSa sa, in PeerPath seen) => sa.Path.IsTcp && seen.IsTcp && !HasOpenedConnection(sa);

    // An IKE SA that we begin may run over the connection that the peer has opened for another.
    private static bool HasOpenedConnection(IkeSa sa) => sa.Config.Tcp && sa.Mobility.BeganHere;

    // RFC 4555 3.8: with MOBIKE only UPDATE_SA_ADDRESSES moves anything, so that a path can be tried without.
    private static bool IsNewMapping(IkeSa sa, in PeerPath seen) => !sa.Mobility.IsAgreed && IsBehindNewMapping(sa, seen);

    /// <summary>Where the addresses are ours to choose, a peer behind a NAT cannot say what that has made of its own: we see it, and try it.</summary>
    private static bool MayTry(IkeSa sa, in PeerPath seen) =>
        sa.State == IkeSaState.Established && sa.Mobility is { Decides: true, TrafficPath: null } && !seen.IsTcp &&
        !seen.Remote.Equals(sa.Path.Remote) && seen.Local.Equals(sa.Path.Local) && IsBehindNewMapping(sa, seen);

    private static bool IsBehindNewMapping(IkeSa sa, in PeerPath seen) =>
        !sa.Path.IsTcp &&
        // On port 500 no ESP follows, and no NAT is known.
        sa.Path.HasNonEspMarker && seen.HasNonEspMarker &&
        // RFC 7296 2.23: whoever is behind a NAT itself could be sent astray by one packet.
        sa.Nat is { PeerBehindNat: true, LocalBehindNat: false };
}
