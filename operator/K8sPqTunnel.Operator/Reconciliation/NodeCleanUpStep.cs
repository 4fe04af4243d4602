namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>What comes next to clean a node.</summary>
internal enum NodeCleanUpStep
{
    /// <summary>The node, its gateway pod or its clean-up pod takes its time.</summary>
    Wait,

    /// <summary>The clean-up pod is made.</summary>
    CreatePod,

    /// <summary>The clean-up pod has failed for good and makes room for another one.</summary>
    DeletePod,
}
