namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>One way to be called.</summary>
public sealed record LifecycleHandler
{
    public ExecAction? Exec { get; init; }

    public HttpGetAction? HttpGet { get; init; }
}
