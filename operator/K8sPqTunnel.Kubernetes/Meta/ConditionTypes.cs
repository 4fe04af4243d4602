namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>The condition types that kstatus, Flux and Argo CD understand on any resource.</summary>
public static class ConditionTypes
{
    /// <summary>The object does what its spec asks for.</summary>
    public const string Ready = "Ready";

    /// <summary>True while the controller works towards the spec; gone or False afterwards.</summary>
    public const string Reconciling = "Reconciling";

    /// <summary>True when the controller can't go on without a change from outside.</summary>
    public const string Stalled = "Stalled";
}
