namespace K8sPqTunnel.Ike.Sessions;

/// <summary>The life of a child SA. One that is being created is a task, not yet a child.</summary>
internal enum ChildState
{
    Up,

    /// <summary>We asked the peer to replace it.</summary>
    Rekeying,

    /// <summary>Its successor is there; who began the rekey deletes it (RFC 7296 2.8).</summary>
    Rekeyed,

    /// <summary>Ours to delete as soon as our request before is answered.</summary>
    Ending,

    /// <summary>We asked for deletion.</summary>
    Deleting,

    /// <summary>Deleted; its inbound half takes what is still on the way.</summary>
    Lingering,
}
