using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using K8sPqTunnel.Lab.Kubernetes;

namespace K8sPqTunnel.Lab.Tests.Kubernetes;

public sealed class ClusterPkiTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pki-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_certificate_chains_to_the_clusters_authority_and_names_its_server()
    {
        ClusterPki.Write(_folder, nodes: 2);

        using X509Certificate2 authority = X509Certificate2.CreateFromPem(Read("pki/ca.crt"));
        using X509Certificate2 server = X509Certificate2.CreateFromPem(Read("pki/apiserver.crt"), Read("pki/apiserver.key"));
        using X509Certificate2 node = X509Certificate2.CreateFromPem(Read("pki/node2.crt"), Read("pki/node2.key"));
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;

        Assert.True(chain.Build(server));
        Assert.True(chain.Build(node));
        Assert.True(server.MatchesHostname("kubernetes.default.svc"));
        Assert.True(server.MatchesHostname(ClusterNetwork.Bridge));
        Assert.True(node.MatchesHostname(ClusterNetwork.NodeAddress(2)));
    }

    [Fact]
    public void A_nodes_kubeconfig_carries_the_identity_that_the_API_server_expects_of_a_kubelet()
    {
        ClusterPki.Write(_folder, nodes: 1);

        JsonElement user = JsonDocument.Parse(Read("node1.kubeconfig")).RootElement.GetProperty("users")[0].GetProperty("user");
        string pem = Encoding.ASCII.GetString(user.GetProperty("client-certificate-data").GetBytesFromBase64());
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem);
        Assert.Equal("CN=system:node:node1, O=system:nodes", string.Join(", ", certificate.Subject.Split(", ").Order()));
    }

    [Fact]
    public void Only_their_owner_reads_keys_and_kubeconfigs()
    {
        ClusterPki.Write(_folder, nodes: 1);

        IEnumerable<string> secrets = Directory.EnumerateFiles(_folder, "*.kubeconfig").Concat(Directory.EnumerateFiles(Path.Combine(_folder, "pki"), "*.key"));
        Assert.All(secrets, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(_folder, file));
}
