using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Kubernetes.Configuration;

/// <summary>The connection of a pod: the address from its environment, the rest from its mounted service account.</summary>
internal static class InCluster
{
    public const string HostVariable = "KUBERNETES_SERVICE_HOST";
    private const string PortVariable = "KUBERNETES_SERVICE_PORT";

    public static ClusterConnection Connect(ProcessEnvironment environment)
    {
        string folder = environment.ServiceAccountFolder;
        string token = Path.Combine(folder, "token");
        if (!File.Exists(token))
        {
            throw new ConfigurationException(
                $"The pod has no service account token at {token}: set automountServiceAccountToken to true in its spec.");
        }

        string namespaceFile = Path.Combine(folder, "namespace");
        return new ClusterConnection("the pod's service account", Server(environment))
        {
            Authorities = Pem.Certificates(Path.Combine(folder, "ca.crt")),
            Token = new FileToken(token, TimeProvider.System),
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : "default",
        };
    }

    private static Uri Server(ProcessEnvironment environment)
    {
        string host = environment.Variable(HostVariable)!;
        string port = environment.Variable(PortVariable) is { Length: > 0 } given ? given : "443";
        if (IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6)
            host = $"[{host}]";

        return ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && Uri.TryCreate($"https://{host}:{port}", UriKind.Absolute, out var server)
            ? server
            : throw new ConfigurationException(
                $"{HostVariable}={host} and {PortVariable}={port} make no address: the kubelet sets both, so remove what overrides them.");
    }
}
