using System.Text.Json.Nodes;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>The configuration files of one lab node; each path is seen from inside the node.</summary>
internal sealed record NodeFiles(int Node, string ControlGroup)
{
    public const string ContainerdSocket = "/run/containerd.sock";

    private string Folder => $"/cluster/{ClusterNetwork.NodeName(Node)}";

    public string ContainerdConfig => $"{Folder}/containerd.toml";

    public string KubeletConfig => $"{Folder}/kubelet.json";

    /// <summary>Writes them into the cluster's folder on the host.</summary>
    public void Write(string clusterFolder)
    {
        string folder = Path.Combine(clusterFolder, ClusterNetwork.NodeName(Node));
        Directory.CreateDirectory(Path.Combine(folder, "cni"));
        File.WriteAllText(Path.Combine(folder, "containerd.toml"), Containerd());
        File.WriteAllText(Path.Combine(folder, "kubelet.json"), Kubelet().ToJsonString());
        File.WriteAllText(Path.Combine(folder, "cni", "10-bridge.conflist"), Cni().ToJsonString());
    }

    private string Containerd() => $"""
        version = 2
        root = "{Folder}/containerd/root"
        state = "{Folder}/containerd/state"
        [grpc]
          address = "{ContainerdSocket}"
        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = "{BasicImages.Pause}"
          # Raising a score needs CAP_SYS_RESOURCE, which the machine may withhold.
          restrict_oom_score_adj = true
          disable_tcp_service = true
          stream_server_address = "127.0.0.1"
          disable_apparmor = true
          [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "/usr/lib/cni"
            conf_dir = "{Folder}/cni"
          [plugins."io.containerd.grpc.v1.cri".containerd]
            snapshotter = "overlayfs"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
              runtime_type = "io.containerd.runc.v2"
        """;

    private JsonObject Kubelet()
    {
        string name = ClusterNetwork.NodeName(Node);
        return new JsonObject
        {
            ["apiVersion"] = "kubelet.config.k8s.io/v1beta1",
            ["kind"] = "KubeletConfiguration",
            ["address"] = "0.0.0.0",
            ["healthzBindAddress"] = "127.0.0.1",
            ["readOnlyPort"] = 0,
            ["authentication"] = new JsonObject
            {
                ["anonymous"] = new JsonObject { ["enabled"] = false },
                ["webhook"] = new JsonObject { ["enabled"] = true },
                ["x509"] = new JsonObject { ["clientCAFile"] = "/cluster/pki/ca.crt" },
            },
            ["authorization"] = new JsonObject { ["mode"] = "Webhook" },
            ["tlsCertFile"] = $"/cluster/pki/{name}.crt",
            ["tlsPrivateKeyFile"] = $"/cluster/pki/{name}.key",
            ["cgroupDriver"] = "cgroupfs",
            ["cgroupRoot"] = $"/{ControlGroup}",
            ["enforceNodeAllocatable"] = new JsonArray(),
            ["failSwapOn"] = false,
            ["oomScoreAdj"] = 0,
            ["resolvConf"] = "/cluster/resolv.conf",
            ["clusterDNS"] = new JsonArray(ClusterNetwork.Dns),
            ["clusterDomain"] = "cluster.local",
            ["nodeStatusUpdateFrequency"] = "1s",
            ["syncFrequency"] = "5s",
            ["evictionHard"] = new JsonObject { ["memory.available"] = "50Mi" },
            ["imageGCHighThresholdPercent"] = 100,
            ["imageGCLowThresholdPercent"] = 99,
            ["volumePluginDir"] = $"{Folder}/volume-plugins",
        };
    }

    private JsonObject Cni() => new()
    {
        ["cniVersion"] = "0.4.0",
        ["name"] = "lab",
        ["plugins"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "bridge",
                ["bridge"] = "cni0",
                ["isGateway"] = true,
                ["hairpinMode"] = true,
                ["ipMasq"] = false,
                ["ipam"] = new JsonObject
                {
                    ["type"] = "host-local",
                    ["dataDir"] = $"{Folder}/cni-addresses",
                    ["ranges"] = new JsonArray(new JsonArray(new JsonObject { ["subnet"] = ClusterNetwork.PodNetwork(Node) })),
                    ["routes"] = new JsonArray(new JsonObject { ["dst"] = "0.0.0.0/0" }),
                },
            },
            new JsonObject { ["type"] = "portmap", ["capabilities"] = new JsonObject { ["portMappings"] = true } }),
    };
}
