using K8sPqTunnel.Lab.Roots;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>Debian 12 roots for a lab cluster: the suite whose Kubernetes source package still builds with the Go of the same suite.</summary>
internal static class KubernetesRoots
{
    public const string Suite = "bookworm";

    /// <summary>What the cluster's programs run in: etcd, containerd and its tools, and what the kubelet and kube-proxy call.</summary>
    public static DebianRoot Cluster { get; } = new("cluster", Suite,
    [
        "bash", "coreutils", "dash", "diffutils", "procps", "util-linux", "mount",
        "iproute2", "iptables", "conntrack", "ebtables", "kmod", "nftables", "tcpdump",
        "etcd-server", "containerd", "runc", "containernetworking-plugins", "dnsmasq-base", "kubernetes-client", "busybox-static",
    ]);

    /// <summary>Debian's unstable suite, which packages the libraries of a present Kubernetes.</summary>
    public const string PresentSuite = "sid";

    /// <summary>The package of the library that <see cref="DefinitionServerBuild"/> makes a program of.</summary>
    public const string DefinitionServerLibrary = "golang-k8s-apiextensions-apiserver-dev";

    /// <summary>What Kubernetes is built in; essential packages too, since nothing depends on those.</summary>
    public static DebianRoot Build { get; } = new("kubernetes-build", Suite,
        [
        "bash", "coreutils", "dash", "diffutils", "findutils", "grep", "gzip", "sed", "tar",
        "dpkg-dev", "golang-1.19-go", "golang-1.19-src", "golang-github-modern-go-reflect2-dev",
    ]);

    /// <summary>What the server of custom resources of a present Kubernetes is built in: its library, all that it is made of, and Go.</summary>
    public static DebianRoot DefinitionServerBuild { get; } = new("definition-server-build", PresentSuite,
        ["coreutils", "dash", "golang-go", DefinitionServerLibrary]) { HasInventory = true };
}
