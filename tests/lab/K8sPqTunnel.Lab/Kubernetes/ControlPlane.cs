using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>The command lines of a lab cluster's control plane; each path is seen from inside the cluster's namespaces.</summary>
internal static class ControlPlane
{
    private const string Etcd = "http://127.0.0.1:2379";
    private const string Pki = "/cluster/pki";

    public static Command EtcdServer { get; } = new("etcd",
        "--data-dir", "/cluster/etcd",
        "--listen-client-urls", Etcd,
        "--advertise-client-urls", Etcd,
        "--listen-peer-urls", "http://127.0.0.1:2380",
        "--unsafe-no-fsync");                                   // the cluster's data is not meant to outlive it

    public static Command ApiServer { get; } = new("kube-apiserver",
        $"--etcd-servers={Etcd}",
        "--bind-address=0.0.0.0",
        $"--secure-port={ClusterNetwork.ApiPort}",
        "--insecure-port=0",
        $"--advertise-address={ClusterNetwork.Bridge}",
        $"--tls-cert-file={Pki}/apiserver.crt",
        $"--tls-private-key-file={Pki}/apiserver.key",
        $"--client-ca-file={Pki}/ca.crt",
        $"--service-account-key-file={Pki}/service-account.pub",
        $"--service-account-signing-key-file={Pki}/service-account.key",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        $"--service-cluster-ip-range={ClusterNetwork.Services}",
        "--kubelet-preferred-address-types=InternalIP",
        $"--kubelet-client-certificate={Pki}/apiserver-kubelet.crt",
        $"--kubelet-client-key={Pki}/apiserver-kubelet.key",
        $"--kubelet-certificate-authority={Pki}/ca.crt",
        $"--requestheader-client-ca-file={Pki}/front-ca.crt",
        "--requestheader-allowed-names=front-proxy",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        $"--proxy-client-cert-file={Pki}/front.crt",
        $"--proxy-client-key-file={Pki}/front.key");

    public static Command ControllerManager { get; } = new("kube-controller-manager",
        "--kubeconfig=/cluster/controller-manager.kubeconfig",
        "--authentication-kubeconfig=/cluster/controller-manager.kubeconfig",
        "--authorization-kubeconfig=/cluster/controller-manager.kubeconfig",
        "--bind-address=127.0.0.1",
        "--port=0",
        "--leader-elect=false",
        "--use-service-account-credentials",
        $"--service-account-private-key-file={Pki}/service-account.key",
        $"--root-ca-file={Pki}/ca.crt",
        $"--cluster-signing-cert-file={Pki}/ca.crt",
        $"--cluster-signing-key-file={Pki}/ca.key",
        "--allocate-node-cidrs=false",                          // the nodes' bridges are configured by hand
        $"--service-cluster-ip-range={ClusterNetwork.Services}");

    public static Command Scheduler { get; } = new("kube-scheduler",
        "--kubeconfig=/cluster/scheduler.kubeconfig",
        "--authentication-kubeconfig=/cluster/scheduler.kubeconfig",
        "--authorization-kubeconfig=/cluster/scheduler.kubeconfig",
        "--bind-address=127.0.0.1",
        "--port=0",
        "--leader-elect=false");

    public static Command Dns { get; } = new("bash", "/cluster/glue/dns.sh", "/cluster/admin.kubeconfig", ClusterNetwork.Dns);

    /// <summary>kube-proxy, for a node or (so that the API server and the tests reach ClusterIPs) for the control plane itself.</summary>
    public static Command Proxy(string name) => new("kube-proxy",
        "--kubeconfig=/cluster/proxy.kubeconfig",
        "--proxy-mode=iptables",
        "--bind-address=127.0.0.1",
        $"--hostname-override={name}",
        "--healthz-bind-address=127.0.0.1:10256",
        "--metrics-bind-address=127.0.0.1:10249",
        "--conntrack-max-per-core=0",                           // machine-wide settings, which are not ours to change
        "--conntrack-tcp-timeout-established=0",
        "--conntrack-tcp-timeout-close-wait=0",
        "--oom-score-adj=0",
        $"--cluster-cidr={ClusterNetwork.Pods}");
}
