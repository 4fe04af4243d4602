using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Kubernetes.Core;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>The files of a gateway pod: its tunnels, the operator's certificates, its token, the values of its Secrets, and the TUN device.</summary>
internal static class GatewayVolumes
{
    /// <summary>The audience of the token that the daemon shows to the operator.</summary>
    public const string TokenAudience = "pqtunnel.io";

    private const string Tunnels = "tunnels";
    private const string Authority = "authority";
    private const string Token = "token";
    private const string Secrets = "secrets";
    private const string Tun = "tun";
    private const string Run = "run";
    private const string Temporary = "tmp";

    private const int TokenSeconds = 3600;
    private const int OwnerReads = 0x100;                                  // 0400

    public static IReadOnlyList<VolumeMount> Mounts { get; } =
    [
        ReadOnly(Tunnels, GatewayPaths.TunnelsFolder),
        ReadOnly(Authority, GatewayPaths.AuthorityFolder),
        ReadOnly(Token, GatewayPaths.TokenFolder),
        ReadOnly(Secrets, GatewayPaths.SecretsFolder),
        new() { Name = Tun, MountPath = GatewayPaths.TunDevice },
        new() { Name = Run, MountPath = GatewayPaths.RunFolder },
        new() { Name = Temporary, MountPath = "/tmp" },
    ];

    /// <summary>What a clean-up pod needs: which tunnel it is. No key, no token, no device.</summary>
    public static IReadOnlyList<VolumeMount> CleanUpMounts { get; } =
    [
        ReadOnly(Tunnels, GatewayPaths.TunnelsFolder),
        new() { Name = Temporary, MountPath = "/tmp" },
    ];

    public static IReadOnlyList<Volume> CleanUpFor(string configMap) => [TunnelsOf(configMap), InMemory(Temporary)];

    public static IReadOnlyList<Volume> For(string configMap, IReadOnlyList<SecretReference> secrets) =>
    [
        TunnelsOf(configMap),
        new() { Name = Authority, ConfigMap = File(configMap, GatewayPaths.AuthorityFile) },
        new()
        {
            Name = Token,
            Projected = new ProjectedVolumeSource
            {
                DefaultMode = OwnerReads,
                Sources =
                [
                    new()
                    {
                        ServiceAccountToken = new ServiceAccountTokenProjection
                        {
                            Audience = TokenAudience,
                            ExpirationSeconds = TokenSeconds,
                            Path = GatewayPaths.TokenFile,
                        },
                    },
                ],
            },
        },
        new()
        {
            Name = Secrets,
            Projected = new ProjectedVolumeSource { DefaultMode = OwnerReads, Sources = [.. secrets.Select(Source)] },
        },
        new() { Name = Tun, HostPath = new HostPathVolumeSource { Path = GatewayPaths.TunDevice, Type = "CharDevice" } },
        InMemory(Run),
        InMemory(Temporary),
    ];

    private static VolumeProjection Source(SecretReference value) => new()
    {
        // One tunnel's missing Secret keeps no other from its start.
        Secret = new SecretProjection { Name = value.Name, Optional = true, Items = [new KeyToPath { Key = value.Key, Path = $"{value.Name}/{value.Key}" }] },
    };

    // All of it: a pod that runs sees a tunnel that is added.
    private static Volume TunnelsOf(string configMap) => new() { Name = Tunnels, ConfigMap = new ConfigMapVolumeSource { Name = configMap } };

    private static Volume InMemory(string name) => new() { Name = name, EmptyDir = new EmptyDirVolumeSource { Medium = "Memory" } };

    private static ConfigMapVolumeSource File(string configMap, string item) =>
        new() { Name = configMap, Items = [new KeyToPath { Key = item, Path = item }] };

    private static VolumeMount ReadOnly(string name, string path) => new() { Name = name, MountPath = path, ReadOnly = true };
}
