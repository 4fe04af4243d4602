namespace K8sPqTunnel.Kubernetes.Configuration;

/// <summary>What of the process decides how the cluster is found.</summary>
/// <param name="Variable">The value of an environment variable, or null.</param>
/// <param name="Home">The home folder.</param>
/// <param name="ServiceAccountFolder">Where the kubelet mounts the pod's service account.</param>
internal sealed record ProcessEnvironment(Func<string, string?> Variable, string Home, string ServiceAccountFolder)
{
    public static ProcessEnvironment Current { get; } = new(
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        "/var/run/secrets/kubernetes.io/serviceaccount");
}
