namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>What comes next when a tunnel is to go.</summary>
internal enum TeardownStep
{
    /// <summary>Nothing is left on any node: the finalizer can go.</summary>
    Finish,

    /// <summary>The daemon is asked to remove everything that it made.</summary>
    AskDaemon,

    /// <summary>The ReplicaSet of its own gateway goes, and the pods with it: a daemon that still ran would close the way again.</summary>
    RemoveGateway,

    /// <summary>Nodes where no daemon can be asked are cleaned by a pod each.</summary>
    CleanNodes,

    /// <summary>A daemon may call, or pods are ending.</summary>
    Wait,
}
