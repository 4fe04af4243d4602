namespace K8sPqTunnel.Ike.Sessions;

/// <summary>The life of an IKE SA.</summary>
internal enum IkeSaState
{
    Created,

    /// <summary>IKE_SA_INIT is under way.</summary>
    Initiating,

    /// <summary>IKE_INTERMEDIATE is under way, or the next that has to come: encrypted, nobody proved anything yet (RFC 9242).</summary>
    Intermediate,

    /// <summary>IKE_AUTH is under way, or the next that has to come.</summary>
    Authenticating,

    Established,

    /// <summary>A rekey has put another IKE SA in its place; it only waits for its deletion (RFC 7296 2.8).</summary>
    Replaced,

    /// <summary>We asked for deletion.</summary>
    Deleting,

    Dead,
}
