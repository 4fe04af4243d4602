using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Tests.Cluster;

/// <summary>A Deployment that uses every part of the pod model that a gateway needs.</summary>
internal static class SampleGateway
{
    private static readonly Dictionary<string, string> Labels = new() { ["app"] = "edge" };

    public static Deployment Named(ObjectMeta metadata) => new()
    {
        Metadata = metadata,
        Spec = new DeploymentSpec
        {
            Replicas = 0,
            Selector = new LabelSelector { MatchLabels = Labels },
            Strategy = new DeploymentStrategy
            {
                Type = "RollingUpdate",
                RollingUpdate = new RollingUpdateDeployment { MaxUnavailable = 0, MaxSurge = "25%" },
            },
            Template = new PodTemplateSpec
            {
                Metadata = new ObjectMeta { Labels = Labels },
                Spec = new PodSpec
                {
                    HostNetwork = true,
                    DnsPolicy = "ClusterFirstWithHostNet",
                    NodeSelector = new Dictionary<string, string> { ["kubernetes.io/os"] = "linux" },
                    Tolerations = [new Toleration { Key = "gateway", Operator = "Exists" }],
                    SecurityContext = new PodSecurityContext { SeccompProfile = new SeccompProfile { Type = "RuntimeDefault" } },
                    Containers = [Daemon],
                    Volumes = [Identity, .. OtherVolumes],
                },
            },
        },
    };

    private static Container Daemon => new()
    {
        Name = "ike",
        Image = "localhost/ike:1",
        Env = [new EnvVar { Name = "NODE", ValueFrom = new EnvVarSource { FieldRef = new ObjectFieldSelector { FieldPath = "spec.nodeName" } } }],
        ReadinessProbe = new Probe { HttpGet = new HttpGetAction { Path = "/readyz", Port = 8080 }, PeriodSeconds = 5 },
        Resources = new ResourceRequirements { Requests = new Dictionary<string, string> { ["memory"] = "64Mi" } },
        SecurityContext = new SecurityContext
        {
            ReadOnlyRootFilesystem = true,
            AllowPrivilegeEscalation = false,
            Capabilities = new Capabilities { Drop = ["ALL"], Add = ["NET_ADMIN"] },
        },
        VolumeMounts = [new VolumeMount { Name = "identity", MountPath = "/identity", ReadOnly = true }],
    };

    private static Volume Identity => new()
    {
        Name = "identity",
        Projected = new ProjectedVolumeSource
        {
            Sources =
            [
                new VolumeProjection
                {
                    ServiceAccountToken = new ServiceAccountTokenProjection { Audience = "pqtunnel.io", ExpirationSeconds = 600, Path = "token" },
                },
            ],
        },
    };

    private static Volume[] OtherVolumes =>
    [
        new() { Name = "tun", HostPath = new HostPathVolumeSource { Path = "/dev/net/tun", Type = "CharDevice" } },
        new() { Name = "psk", Secret = new SecretVolumeSource { SecretName = "psk", DefaultMode = 256 } },
        new() { Name = "config", ConfigMap = new ConfigMapVolumeSource { Name = "config" } },
        new() { Name = "run", EmptyDir = new EmptyDirVolumeSource { Medium = "Memory", SizeLimit = "1Mi" } },
    ];
}
