using K8sPqTunnel.Kubernetes.Core;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>The daemon's container.</summary>
internal static class GatewayContainer
{
    // Where the daemon's image has it (images/daemon/Dockerfile).
    private const string Program = "/app/pqtunnel";

    // The node's address, as Prometheus knows the pod by it.
    private const string PodAddress = "POD_IP";

    // The root file system is read-only: the runtime must not look for a place for its diagnostics sockets.
    private static readonly EnvVar NoDiagnostics = new() { Name = "DOTNET_EnableDiagnostics", Value = "0" };

    /// <param name="rawSockets">It may open <see cref="RawSockets"/>.</param>
    public static Container For(GatewayShape shape, GatewayOptions options, bool rawSockets) => new()
    {
        Name = "pqtunnel",
        Image = shape.Image ?? options.Image,
        ImagePullPolicy = "IfNotPresent",
        Args =
        [
            "run",
            "-f", GatewayPaths.TunnelsFolder,
            "--secrets", GatewayPaths.SecretsFolder,
            "--kept", GatewayPaths.KeptFolder,
            "--gateway", shape.Key.ToString(),
            "--control", GatewayPaths.ControlSocket,
            "--operator", options.OperatorUrl.GetLeftPart(UriPartial.Authority),
            "--operator-ca", $"{GatewayPaths.AuthorityFolder}/{GatewayPaths.AuthorityFile}",
            "--operator-token", $"{GatewayPaths.TokenFolder}/{GatewayPaths.TokenFile}",
            // The kubelet puts the address in.
            .. shape.MetricsPort is { } port ? ["--health", $"$({PodAddress}):{port}"] : Array.Empty<string>(),
        ],
        Env =
        [
            FromField("POD_NAME", "metadata.name"),
            FromField("NODE_NAME", "spec.nodeName"),
            .. shape.MetricsPort is null ? Array.Empty<EnvVar>() : [FromField(PodAddress, "status.podIP")],
            NoDiagnostics,
            .. options.Telemetry.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => new EnvVar { Name = one.Key, Value = one.Value }),
        ],
        // In the node's network it is the node's port: the scheduler puts no two pods with the same one on a node.
        Ports = shape.MetricsPort is { } open
            ? [new ContainerPort { Name = GatewayNames.MetricsPort, ContainerPortNumber = open, HostPort = open, Protocol = "TCP" }]
            : null,
        VolumeMounts = GatewayVolumes.Mounts,
        // So that the tunnel's condition can say why a daemon ended.
        TerminationMessagePolicy = "FallbackToLogsOnError",
        // Through the daemon's socket, not a port: several gateways may share the node's network.
        LivenessProbe = Probe("--live", periodSeconds: 30),
        // One tunnel's silent peer says nothing of a gateway of many.
        ReadinessProbe = Probe(shape.IsShared ? "--live" : "--ready", periodSeconds: 10),
        Resources = new ResourceRequirements
        {
            Requests = shape.Resources?.Requests ?? new Dictionary<string, string> { ["cpu"] = "50m", ["memory"] = "96Mi" },
            Limits = shape.Resources?.Limits,
        },
        // NET_ADMIN: TUN devices, XFRM, routes. NET_BIND_SERVICE: IKE's UDP port 500 is below 1024.
        SecurityContext = Confined(["NET_ADMIN", "NET_BIND_SERVICE", .. rawSockets ? [RawSockets.Capability] : Array.Empty<string>()]),
    };

    /// <summary>The container that removes from its node, once, what a daemon has left there.</summary>
    public static Container CleanUp(GatewayOptions options) => new()
    {
        Name = "pqtunnel-down",
        Image = options.Image,
        ImagePullPolicy = "IfNotPresent",
        Args = ["down", "-f", GatewayPaths.TunnelsFolder, "--control", GatewayPaths.ControlSocket],
        Env = [NoDiagnostics],
        VolumeMounts = GatewayVolumes.CleanUpMounts,
        // So that the tunnel's condition can say why it failed.
        TerminationMessagePolicy = "FallbackToLogsOnError",
        // NET_ADMIN: nftables, routes and rules.
        SecurityContext = Confined("NET_ADMIN"),
    };

    // Root inside the container, because the kernel gives added capabilities to no other user; all others are dropped.
    private static SecurityContext Confined(params string[] capabilities) => new()
    {
        AllowPrivilegeEscalation = false,
        ReadOnlyRootFilesystem = true,
        RunAsUser = 0,
        Capabilities = new Capabilities { Drop = ["ALL"], Add = capabilities },
    };

    private static EnvVar FromField(string name, string path) =>
        new() { Name = name, ValueFrom = new EnvVarSource { FieldRef = new ObjectFieldSelector { FieldPath = path } } };

    private static Probe Probe(string question, int periodSeconds) => new()
    {
        Exec = new ExecAction { Command = [Program, "status", "--control", GatewayPaths.ControlSocket, question] },
        PeriodSeconds = periodSeconds,
        FailureThreshold = 3,
        TimeoutSeconds = 10,
    };
}
