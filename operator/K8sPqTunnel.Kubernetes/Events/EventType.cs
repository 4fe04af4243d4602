namespace K8sPqTunnel.Kubernetes.Events;

/// <summary>Whether people should look at an event.</summary>
public enum EventType
{
    Normal,
    Warning,
}
