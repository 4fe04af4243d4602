using System.Net;
using K8sPqTunnel.Ike.Sessions;

namespace K8sPqTunnel.Ike.Responding;

/// <summary>An IKE SA that a peer has begun and in which it has not proved itself yet.</summary>
/// <param name="Session">Drives it.</param>
/// <param name="Peer">Where its IKE_SA_INIT came from.</param>
internal sealed record HalfOpenSa(IkeSession Session, IPEndPoint Peer)
{
    /// <summary>When it is forgotten, as seen from now.</summary>
    public TimeSpan Ends(EndpointLimits limits)
    {
        TimeSpan silent = Session.Sa.LastHeard + limits.HalfOpenTimeout, whole = Session.BeganAt + limits.HalfOpenLifetime;
        return silent < whole ? silent : whole;
    }
}
