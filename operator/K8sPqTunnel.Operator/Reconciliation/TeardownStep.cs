namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>What comes next when a tunnel is to go.</summary>
internal enum TeardownStep
{
    /// <summary>Nothing is left on any node: the finalizer can go.</summary>
    Finish,

    /// <summary>The daemon has cleaned up, or none ever ran: its Deployment goes, and its pods with it.</summary>
    RemoveGateway,

    /// <summary>The daemon is asked to remove everything that it made.</summary>
    AskDaemon,

    /// <summary>A node may hold something, and no daemon is there to be asked.</summary>
    Wait,
}
