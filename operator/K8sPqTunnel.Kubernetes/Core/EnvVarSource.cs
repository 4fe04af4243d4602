namespace K8sPqTunnel.Kubernetes.Core;

/// <summary>Where the value of a variable comes from.</summary>
public sealed record EnvVarSource
{
    public ObjectFieldSelector? FieldRef { get; init; }

    public KeySelector? SecretKeyRef { get; init; }

    public KeySelector? ConfigMapKeyRef { get; init; }
}
