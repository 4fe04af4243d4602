using System.Security.Cryptography.X509Certificates;

namespace K8sPqTunnel.Kubernetes.Configuration;

/// <summary>Where the API server is, what proves it, and what proves us. Owns its certificates.</summary>
public sealed class ClusterConnection : IDisposable
{
    internal ClusterConnection(string origin, Uri server)
    {
        Origin = origin;
        Server = server;
    }

    /// <summary>Where this was read, for messages: <c>context "prod" of /root/.kube/config</c>.</summary>
    public string Origin { get; }

    public Uri Server { get; }

    /// <summary>The namespace for objects that name none.</summary>
    public string Namespace { get; internal init; } = "default";

    /// <summary>The only authorities that the server's certificate may come from; null for those of the machine.</summary>
    internal X509Certificate2Collection? Authorities { get; init; }

    internal bool SkipTlsVerification { get; init; }

    /// <summary>The name in the server's certificate where it is not the host of <see cref="Server"/>.</summary>
    internal string? TlsServerName { get; init; }

    internal ClientCertificate? ClientCertificate { get; init; }

    internal ITokenSource? Token { get; init; }

    internal Uri? Proxy { get; init; }

    /// <summary>
    /// Finds the cluster: the files of the environment variable KUBECONFIG, else the service account of the pod we run in, else
    /// <c>~/.kube/config</c>.
    /// </summary>
    /// <exception cref="ConfigurationException">None of them is there, or the one that counts can't be used.</exception>
    public static ClusterConnection Load() => Load(ProcessEnvironment.Current);

    /// <summary>Reads the current context of one kubeconfig file.</summary>
    /// <exception cref="ConfigurationException">The file can't be read or used.</exception>
    public static ClusterConnection FromKubeconfig(string path) => Kubeconfig.Read([path]).Connect();

    internal static ClusterConnection Load(ProcessEnvironment environment)
    {
        if (environment.Variable("KUBECONFIG") is { Length: > 0 } paths)
            return Kubeconfig.Read(paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)).Connect();

        if (environment.Variable(InCluster.HostVariable) is { Length: > 0 })
            return InCluster.Connect(environment);

        string home = Path.Combine(environment.Home, ".kube", "config");
        return File.Exists(home)
            ? Kubeconfig.Read([home]).Connect()
            : throw new ConfigurationException(
                $"No cluster is configured: set KUBECONFIG, run in a pod with a service account, or put a kubeconfig at {home}.");
    }

    public void Dispose()
    {
        ClientCertificate?.Dispose();
        foreach (var authority in Authorities ?? [])
            authority.Dispose();
    }
}
