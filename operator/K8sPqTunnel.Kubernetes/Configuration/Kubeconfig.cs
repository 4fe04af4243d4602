using System.Security.Cryptography.X509Certificates;

namespace K8sPqTunnel.Kubernetes.Configuration;

/// <summary>One or several kubeconfig files as one: of entries with the same name the first counts, as with kubectl.</summary>
internal sealed class Kubeconfig
{
    private readonly IReadOnlyList<KubeconfigFile> _files;

    private Kubeconfig(IReadOnlyList<KubeconfigFile> files) => _files = files;

    private string Names => string.Join(", ", _files.Select(f => f.Path));

    /// <summary>Reads the files that exist; at least one must.</summary>
    public static Kubeconfig Read(IReadOnlyList<string> paths)
    {
        KubeconfigFile[] files = [.. paths.Where(File.Exists).Select(KubeconfigFile.Read)];
        return files.Length > 0
            ? new Kubeconfig(files)
            : throw new ConfigurationException(
                $"The kubeconfig {string.Join(", ", paths)} does not exist: "
                + "correct KUBECONFIG, or unset it to use the pod's service account.");
    }

    /// <summary>Resolves the current context.</summary>
    public ClusterConnection Connect()
    {
        string contextName = _files.Select(f => f.CurrentContext).FirstOrDefault(c => c is not null)
            ?? throw new ConfigurationException($"{Names} has no current-context: choose one with kubectl config use-context NAME.");
        var context = Find("contexts", contextName, "context");
        string clusterName = Required(context, "cluster");
        var cluster = Find("clusters", clusterName, "cluster");
        string userName = Required(context, "user");
        var user = Find("users", userName, "user");

        return new ClusterConnection($"context \"{contextName}\" of {Names}", Server(cluster))
        {
            Namespace = context.Text("namespace") ?? "default",
            Authorities = Authorities(cluster),
            SkipTlsVerification = cluster.Flag("insecure-skip-tls-verify"),
            TlsServerName = cluster.Text("tls-server-name"),
            Proxy = Proxy(cluster),
            ClientCertificate = ClientCertificate(user),
            Token = Token(user),
        };
    }

    private KubeconfigEntry Find(string section, string name, string inner)
    {
        foreach (var file in _files)
        {
            if (file.Find(section, name, inner) is { } entry)
                return entry;
        }

        throw new ConfigurationException($"{Names} has no {inner} \"{name}\": add it under {section}, or choose another current-context.");
    }

    private static string Required(KubeconfigEntry entry, string field) =>
        entry.Text(field) ?? throw new ConfigurationException($"{entry.Origin} names no {field}: add one.");

    private static Uri Server(KubeconfigEntry cluster)
    {
        string server = Required(cluster, "server");
        // Plain HTTP only to ourselves, where kubectl proxy listens.
        return Uri.TryCreate(server, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            ? uri
            : throw new ConfigurationException(
                $"{cluster.Origin}: the server \"{server}\" is no https address, for example https://10.0.0.1:6443.");
    }

    private static X509Certificate2Collection? Authorities(KubeconfigEntry cluster)
    {
        if (cluster.Flag("insecure-skip-tls-verify"))
        {
            return cluster.Pem("certificate-authority") is null
                ? null
                : throw new ConfigurationException(
                    $"{cluster.Origin} has both a certificate authority and insecure-skip-tls-verify: remove insecure-skip-tls-verify.");
        }

        return cluster.Pem("certificate-authority") is { } pem
            ? Configuration.Pem.Certificates(pem, $"{cluster.Origin}: certificate-authority")
            : null;
    }

    private static Uri? Proxy(KubeconfigEntry cluster)
    {
        if (cluster.Text("proxy-url") is not { } proxy)
            return null;

        return Uri.TryCreate(proxy, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "socks5"
            ? uri
            : throw new ConfigurationException($"{cluster.Origin}: the proxy-url \"{proxy}\" is no http, https or socks5 address.");
    }

    private static ClientCertificate? ClientCertificate(KubeconfigEntry user)
    {
        string? certificate = user.Pem("client-certificate");
        string? key = user.Pem("client-key");
        return (certificate, key) switch
        {
            (null, null) => null,
            (not null, not null) => Configuration.Pem.ClientCertificate(certificate, key, $"{user.Origin}: client-certificate"),
            _ => throw new ConfigurationException($"{user.Origin} has only one of client-certificate and client-key: give both."),
        };
    }

    private static ITokenSource? Token(KubeconfigEntry user)
    {
        foreach (string unsupported in (string[])["exec", "auth-provider", "username"])
        {
            if (user.Has(unsupported))
            {
                throw new ConfigurationException(
                    $"{user.Origin} signs in by {unsupported}, which this client does not do: "
                    + "use a token, a tokenFile or a client certificate.");
            }
        }

        if (user.PathOf("tokenFile") is { } file)                        // the file wins over the token, as in client-go
            return new FileToken(file, TimeProvider.System);

        return user.Text("token") is { } token ? new FixedToken(token) : null;
    }
}
