namespace K8sPqTunnel.Operator.Conditions;

/// <summary>The conditions of a tunnel. Ready, Reconciling and Stalled are kstatus', which Flux and Argo CD read.</summary>
internal static class ConditionTypes
{
    /// <summary>Packets pass; or, when the tunnel is not probed, the child SA is up.</summary>
    public const string Ready = Kubernetes.Meta.ConditionTypes.Ready;

    /// <summary>The tunnel is on its way to Ready.</summary>
    public const string Reconciling = Kubernetes.Meta.ConditionTypes.Reconciling;

    /// <summary>The tunnel waits for somebody to change something.</summary>
    public const string Stalled = Kubernetes.Meta.ConditionTypes.Stalled;

    /// <summary>A child SA is installed in both directions.</summary>
    public const string Established = "Established";

    /// <summary>The keys in use come from at least one ML-KEM exchange.</summary>
    public const string QuantumSafe = "QuantumSafe";

    /// <summary>The certificates that the tunnel names are readable, belong to their key, and are within their dates; absent where it names none.</summary>
    public const string CertificateValid = "CertificateValid";

    /// <summary>The probe inside the tunnel is answered; Unknown when there is no probe.</summary>
    public const string DataPathHealthy = "DataPathHealthy";
}
