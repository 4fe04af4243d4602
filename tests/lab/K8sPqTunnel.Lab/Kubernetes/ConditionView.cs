namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>One condition of an IpsecTunnel.</summary>
public sealed record ConditionView(string Type, string Status, string Reason, string? Message)
{
    public override string ToString() => $"{Type}={Status} ({Reason}): {Message}";
}
