using System.Text;
using K8sPqTunnel.Kubernetes.Configuration;

namespace K8sPqTunnel.Kubernetes.Tests.Configuration;

public sealed class KubeconfigTests : IDisposable
{
    private const string Contexts = "contexts: [{name: c, context: {cluster: c, user: u, namespace: network}}]\ncurrent-context: c\n";

    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new("cluster");

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public void Files_are_found_relative_to_the_kubeconfig_and_data_stands_for_itself()
    {
        var (certificate, key) = _authority.Issue("admin");
        _folder.Write("ca.crt", _authority.CertificatePem);
        _folder.Write("admin.crt", certificate);
        string path = _folder.Write("config", $$$"""
            clusters:
            - name: c
              cluster: {server: "https://10.0.0.1:6443", certificate-authority: ca.crt, tls-server-name: kubernetes}
            users:
            - name: u
              user: {client-certificate: ./admin.crt, client-key-data: {{{Base64(key)}}}}
            {{{Contexts}}}
            """);

        using var connection = ClusterConnection.FromKubeconfig(path);

        Assert.Equal("https://10.0.0.1:6443/", connection.Server.AbsoluteUri);
        Assert.Equal(("network", "kubernetes"), (connection.Namespace, connection.TlsServerName));
        Assert.Equal("CN=cluster", Assert.Single(connection.Authorities!).Subject);
        Assert.Equal("CN=admin", connection.ClientCertificate!.Context.TargetCertificate.Subject);
        Assert.Null(connection.Token);
        Assert.Equal($"context \"c\" of {path}", connection.Origin);
    }

    [Fact]
    public void Of_several_files_the_first_that_names_a_thing_counts_and_missing_ones_are_skipped()
    {
        string first = _folder.Write("first", "clusters: [{name: c, cluster: {server: 'https://first'}}]\ncurrent-context: c\n");
        string contexts = Contexts.Replace("current-context: c", "current-context: other");
        string second = _folder.Write("second", "clusters: [{name: c, cluster: {server: 'https://second'}}]\n" + User("token: t2") + contexts);

        using var connection = ClusterConnection.Load(Environment($"{first}:{_folder.Path}/missing:{second}"));

        Assert.Equal("first", connection.Server.Host);
        Assert.Equal("t2", connection.Token?.Token());
    }

    [Fact]
    public void A_token_file_is_read_again_and_wins_over_a_token()
    {
        _folder.Write("token", "from-file\n");

        using var connection = Load(User("{tokenFile: token, token: fixed}"));

        Assert.Equal("from-file", connection.Token?.Token());
    }

    [Theory]
    [InlineData("exec: {command: aws}", "signs in by exec, which this client does not do: use a token, a tokenFile or a client certificate.")]
    [InlineData("auth-provider: {name: gcp}", "signs in by auth-provider")]
    [InlineData("username: admin", "signs in by username")]
    [InlineData("client-key: k", "k can't be read")]
    [InlineData("client-key-data: '%'", "user \"u\": client-key-data is not base64: encode the PEM file, or name it without -data.")]
    [InlineData("client-key-data: eA==", "user \"u\" has only one of client-certificate and client-key: give both.")]
    public void A_user_that_cannot_be_used_is_explained_in_one_sentence(string user, string sentence)
    {
        var e = Assert.Throws<ConfigurationException>(() => Load(User(user)));

        Assert.Contains(sentence, e.Message);
    }

    [Theory]
    [InlineData("server: 'http://10.0.0.1'", "the server \"http://10.0.0.1\" is no https address")]
    [InlineData("server: 10.0.0.1", "is no https address, for example https://10.0.0.1:6443.")]
    [InlineData("certificate-authority: x", "cluster \"c\" names no server: add one.")]
    [InlineData("{server: 'https://a', insecure-skip-tls-verify: maybe}", "insecure-skip-tls-verify is \"maybe\", but must be true or false.")]
    [InlineData("{server: 'https://a', insecure-skip-tls-verify: true, certificate-authority-data: eA==}", "remove insecure-skip-tls-verify.")]
    [InlineData("{server: 'https://a', certificate-authority-data: eA==}", "certificate-authority holds no certificate")]
    [InlineData("{server: 'https://a', proxy-url: 'ftp://b'}", "the proxy-url \"ftp://b\" is no http, https or socks5 address.")]
    public void A_cluster_that_cannot_be_used_is_explained_in_one_sentence(string cluster, string sentence)
    {
        var e = Assert.Throws<ConfigurationException>(() => Load(User("token: t"), cluster));

        Assert.Contains(sentence, e.Message);
    }

    [Theory]
    [InlineData("a: b: c", "line 1 is no YAML")]
    [InlineData("- a", "must be a YAML mapping with clusters, users and contexts.")]
    [InlineData("", "must be a YAML mapping")]
    [InlineData("clusters: []", "has no current-context: choose one with kubectl config use-context NAME.")]
    [InlineData("current-context: x", "has no context \"x\": add it under contexts, or choose another current-context.")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c}}]}", "has no cluster \"c\"")]
    public void A_file_that_is_no_kubeconfig_is_explained_in_one_sentence(string text, string sentence)
    {
        string path = _folder.Write("config", text);

        var e = Assert.Throws<ConfigurationException>(() => ClusterConnection.FromKubeconfig(path));

        Assert.Contains(sentence, e.Message);
        Assert.Contains(path, e.Message);
    }

    [Fact]
    public void TLS_is_only_left_unchecked_when_the_file_says_so()
    {
        using var plain = Load(User("token: t"));
        using var skipping = Load(User("token: t"), "{server: 'https://a', insecure-skip-tls-verify: true}");

        Assert.False(plain.SkipTlsVerification);
        Assert.True(skipping.SkipTlsVerification);
    }

    [Fact]
    public void Without_any_configuration_the_ways_to_give_one_are_named()
    {
        var e = Assert.Throws<ConfigurationException>(() => ClusterConnection.Load(Environment(null)));
        var missing = Assert.Throws<ConfigurationException>(() => ClusterConnection.Load(Environment("/nowhere/config")));

        Assert.Equal(
            $"No cluster is configured: set KUBECONFIG, run in a pod with a service account, or put a kubeconfig at {_folder.Path}/.kube/config.",
            e.Message);
        Assert.StartsWith("The kubeconfig /nowhere/config does not exist", missing.Message);
    }

    [Fact]
    public void In_a_pod_the_service_account_is_used_and_its_token_followed()
    {
        _folder.Write("token", "one");
        _folder.Write("namespace", "network\n");
        _folder.Write("ca.crt", _authority.CertificatePem);

        var environment = Environment(null, ("KUBERNETES_SERVICE_HOST", "fd00::1"), ("KUBERNETES_SERVICE_PORT", "6443"));
        using var connection = ClusterConnection.Load(environment);

        Assert.Equal("https://[fd00::1]:6443/", connection.Server.AbsoluteUri);
        Assert.Equal(("network", "one"), (connection.Namespace, connection.Token?.Token()));
        Assert.Single(connection.Authorities!);
    }

    [Fact]
    public void A_pod_without_a_mounted_token_is_told_what_to_set()
    {
        var environment = Environment(null, ("KUBERNETES_SERVICE_HOST", "10.96.0.1"));

        var e = Assert.Throws<ConfigurationException>(() => ClusterConnection.Load(environment));

        Assert.Contains("automountServiceAccountToken", e.Message);
    }

    private ClusterConnection Load(string users, string cluster = "server: 'https://10.0.0.1:6443'") =>
        ClusterConnection.FromKubeconfig(_folder.Write("config", $"clusters: [{{name: c, cluster: {Braced(cluster)}}}]\n{users}{Contexts}"));

    private static string User(string fields) => $"users: [{{name: u, user: {Braced(fields)}}}]\n";

    private static string Braced(string fields) => fields.StartsWith('{') ? fields : $"{{{fields}}}";

    private ProcessEnvironment Environment(string? kubeconfig, params (string Name, string Value)[] others)
    {
        var variables = others.ToDictionary(o => o.Name, o => o.Value);
        if (kubeconfig is not null)
            variables["KUBECONFIG"] = kubeconfig;
        return new ProcessEnvironment(name => variables.GetValueOrDefault(name), _folder.Path, _folder.Path);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
