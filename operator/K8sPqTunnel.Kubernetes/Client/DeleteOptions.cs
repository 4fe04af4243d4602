namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>How an object is deleted (meta/v1 DeleteOptions).</summary>
public sealed record DeleteOptions
{
    public string ApiVersion => "v1";

    public string Kind => "DeleteOptions";

    /// <summary>Delete only this very object; otherwise 409.</summary>
    public Preconditions? Preconditions { get; init; }

    /// <summary><c>Background</c> (the default), <c>Foreground</c> or <c>Orphan</c>: what becomes of what the object owns.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>Time for a pod to end by itself; 0 is at once.</summary>
    public long? GracePeriodSeconds { get; init; }
}
