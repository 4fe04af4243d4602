using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Kubernetes.Core;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>The files of a gateway pod: its tunnel, the operator's certificates, its token, the values of its Secrets, and the TUN device.</summary>
internal static class GatewayVolumes
{
    /// <summary>The audience of the token that the daemon shows to the operator.</summary>
    public const string TokenAudience = "pqtunnel.io";

    private const string Tunnel = "tunnel";
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
        ReadOnly(Tunnel, GatewayPaths.TunnelFolder),
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
        ReadOnly(Tunnel, GatewayPaths.TunnelFolder),
        new() { Name = Temporary, MountPath = "/tmp" },
    ];

    public static IReadOnlyList<Volume> CleanUpFor(string configMap) => [TunnelOf(configMap), InMemory(Temporary)];

    public static IReadOnlyList<Volume> For(string configMap, IReadOnlyList<SecretReference> secrets) =>
    [
        TunnelOf(configMap),
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
            Projected = new ProjectedVolumeSource { DefaultMode = OwnerReads, Sources = [.. secrets.Distinct().Select(Source)] },
        },
        new() { Name = Tun, HostPath = new HostPathVolumeSource { Path = GatewayPaths.TunDevice, Type = "CharDevice" } },
        InMemory(Run),
        InMemory(Temporary),
    ];

    private static VolumeProjection Source(SecretReference value) => new()
    {
        Secret = new SecretProjection { Name = value.Name, Items = [new KeyToPath { Key = value.Key, Path = $"{value.Name}/{value.Key}" }] },
    };

    private static Volume TunnelOf(string configMap) => new() { Name = Tunnel, ConfigMap = File(configMap, GatewayPaths.TunnelFile) };

    private static Volume InMemory(string name) => new() { Name = name, EmptyDir = new EmptyDirVolumeSource { Medium = "Memory" } };

    private static ConfigMapVolumeSource File(string configMap, string item) =>
        new() { Name = configMap, Items = [new KeyToPath { Key = item, Path = item }] };

    private static VolumeMount ReadOnly(string name, string path) => new() { Name = name, MountPath = path, ReadOnly = true };
}
