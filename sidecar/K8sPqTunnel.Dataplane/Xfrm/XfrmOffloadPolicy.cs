namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>Whether the network card that leads to the peer does an SA's cryptography.</summary>
public enum XfrmOffloadPolicy
{
    /// <summary>The processor does.</summary>
    Never,

    /// <summary>Where it can.</summary>
    WherePossible,

    /// <summary>An SA that it does not take is not installed.</summary>
    Demanded,
}
