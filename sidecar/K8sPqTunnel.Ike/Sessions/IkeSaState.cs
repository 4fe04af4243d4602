namespace K8sPqTunnel.Ike.Sessions;

/// <summary>The life of an IKE SA that we began.</summary>
internal enum IkeSaState
{
    Created,

    /// <summary>IKE_SA_INIT is under way.</summary>
    Initiating,

    /// <summary>IKE_INTERMEDIATE is under way: encrypted, nobody proved anything yet (RFC 9242).</summary>
    Intermediate,

    /// <summary>IKE_AUTH is under way.</summary>
    Authenticating,

    Established,

    /// <summary>We asked for deletion.</summary>
    Deleting,

    Dead,
}
