using System.Security.Cryptography;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>Makes the certificates, keys and kubeconfigs of a lab cluster and writes them into its folder.</summary>
internal static class ClusterPki
{
    /// <summary>The folder's name inside the cluster's folder; the components see it as <c>/cluster/pki</c>.</summary>
    public const string Folder = "pki";

    public static void Write(string clusterFolder, int nodes)
    {
        string folder = Path.Combine(clusterFolder, Folder);
        Directory.CreateDirectory(folder);
        using var cluster = new CertificateAuthority("lab-cluster");
        using var front = new CertificateAuthority("lab-front-proxy");

        Put(folder, "ca", cluster.Pem);
        Put(folder, "front-ca", front.Pem);
        Put(folder, "apiserver", cluster.Issue("CN=kube-apiserver",
            "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
            "127.0.0.1", ClusterNetwork.ApiService, ClusterNetwork.Bridge));
        Put(folder, "apiserver-kubelet", cluster.Issue("O=system:masters,CN=apiserver-kubelet-client"));
        Put(folder, "front", front.Issue("CN=front-proxy"));
        Put(folder, DefinitionServer.Name, cluster.Issue("CN=definitions", "localhost", $"{DefinitionServer.Name}.kube-system.svc"));
        PutServiceAccountKeys(folder);

        PutKubeconfig(clusterFolder, "admin", cluster, "O=system:masters,CN=admin");
        PutKubeconfig(clusterFolder, DefinitionServer.Name, cluster, "O=system:masters,CN=definitions");
        PutKubeconfig(clusterFolder, "controller-manager", cluster, "CN=system:kube-controller-manager");
        PutKubeconfig(clusterFolder, "scheduler", cluster, "CN=system:kube-scheduler");
        PutKubeconfig(clusterFolder, "proxy", cluster, "CN=system:kube-proxy");
        for (int node = 1; node <= nodes; node++)
        {
            string name = ClusterNetwork.NodeName(node);
            Put(folder, name, cluster.Issue($"CN={name}", name, ClusterNetwork.NodeAddress(node)));
            PutKubeconfig(clusterFolder, name, cluster, $"O=system:nodes,CN=system:node:{name}");
        }
    }

    private static void PutServiceAccountKeys(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(Path.Combine(folder, "service-account.pub"), key.ExportSubjectPublicKeyInfoPem());
        WritePrivate(Path.Combine(folder, "service-account.key"), key.ExportECPrivateKeyPem());
    }

    private static void PutKubeconfig(string clusterFolder, string user, CertificateAuthority authority, string subject) =>
        WritePrivate(Path.Combine(clusterFolder, $"{user}.kubeconfig"),
            Kubeconfig.Render(ClusterNetwork.ApiUrl, authority.Pem.Certificate, authority.Issue(subject)));

    private static void Put(string folder, string name, KeyPairPem pair)
    {
        File.WriteAllText(Path.Combine(folder, $"{name}.crt"), pair.Certificate);
        WritePrivate(Path.Combine(folder, $"{name}.key"), pair.Key);
    }

    private static void WritePrivate(string path, string content)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var writer = new StreamWriter(path, options);
        writer.Write(content);
    }
}
