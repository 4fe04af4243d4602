namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>What a probe says of a tunnel's data path.</summary>
public enum DataPathState
{
    /// <summary>Nothing has been learned yet, or there is no probe.</summary>
    Unprobed,

    /// <summary>An answer came within the last few probes.</summary>
    Healthy,

    /// <summary>So many probes in a row went unanswered that the path counts as broken.</summary>
    Unhealthy,
}
