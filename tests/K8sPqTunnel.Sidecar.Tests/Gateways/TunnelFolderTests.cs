using System.Text;
using Google.Protobuf;
using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Sidecar.Gateways;
using K8sPqTunnel.Sidecar.OperatorLink;

namespace K8sPqTunnel.Sidecar.Tests.Gateways;

public sealed class TunnelFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("pqt-folder-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void What_the_operator_has_sent_is_there_for_the_next_daemon_with_its_own_keys()
    {
        LoadedTunnel now = New().Keep(Configuration("berlin", generation: 4, "the key that was sent"));
        LoadedTunnel next = Assert.Single(New().LoadAll()).Tunnel!;

        Assert.Equal(("network/berlin", "uid-of-berlin", 4L), (next.Plan.FullName, next.Uid, next.Generation));
        Assert.Equal("the key that was sent", next.Plan.Fingerprint);
        Assert.Equal(now.Plan.Fingerprint, next.Plan.Fingerprint);
        string key = Path.Combine(_root, "kept", "berlin", "secrets", "berlin-psk", "psk");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
    }

    [Theory]
    [InlineData(3, "sent")]
    [InlineData(4, "sent")]
    [InlineData(5, "mounted")]
    public void Of_what_was_sent_and_what_the_pod_mounts_the_newer_counts(long mounted, string expected)
    {
        Mount("berlin", mounted, "mounted");
        New().Keep(Configuration("berlin", generation: 4, "sent"));
        Assert.Equal(expected, Assert.Single(New().LoadAll()).Tunnel!.Plan.Fingerprint);
    }

    [Fact]
    public void A_tunnel_that_was_taken_down_does_not_come_back_from_the_files_that_the_pod_still_mounts()
    {
        Mount("berlin", 1, "mounted");
        Mount("paris", 1, "mounted");
        New().Forget(new TunnelRef { Name = "berlin", Uid = "uid-of-berlin" });
        Assert.Equal("network/paris", Assert.Single(New().LoadAll()).Tunnel!.Plan.FullName);
    }

    [Fact]
    public void A_tunnel_that_cannot_be_read_is_told_and_keeps_no_other_from_its_start()
    {
        Mount("berlin", 1, "mounted");
        Mount("paris", 1, secret: null);
        var all = New().LoadAll().ToDictionary(one => one.File);
        Assert.NotNull(all["berlin"].Tunnel);
        Assert.Contains("no key", all["paris"].Error);
    }

    [Theory]
    [InlineData("../berlin")]
    [InlineData("..")]
    public void A_name_never_leaves_the_folder(string name) =>
        Assert.Throws<IOException>(() => New().Forget(new TunnelRef { Name = name, Uid = "x" }));

    private TunnelFolder New() => new(new GatewayOptions
    {
        Operator = new OperatorLinkOptions { Address = new Uri("https://operator"), AuthorityFile = "", TokenFile = "" },
        Namespace = "network",
        Name = "pqgateway-edge",
        TunnelsFolder = Path.Combine(_root, "tunnels"),
        SecretsFolder = Path.Combine(_root, "secrets"),
        KeptFolder = Path.Combine(_root, "kept"),
        Load = Load,
        ControlPath = "",
    });

    private void Mount(string name, long generation, string? secret)
    {
        Directory.CreateDirectory(Path.Combine(_root, "tunnels"));
        File.WriteAllText(Path.Combine(_root, "tunnels", name + ".yaml"), Document(name, generation));
        if (secret is null)
            return;
        string folder = Directory.CreateDirectory(Path.Combine(_root, "secrets", name + "-psk")).FullName;
        File.WriteAllText(Path.Combine(folder, "psk"), secret);
    }

    private static TunnelConfiguration Configuration(string name, long generation, string secret) => new()
    {
        Tunnel = new TunnelRef { Name = name, Uid = "uid-of-" + name },
        Document = Document(name, generation),
        Secrets = { new SecretValue { Name = name + "-psk", Key = "psk", Value = ByteString.CopyFromUtf8(secret) } },
    };

    private static string Document(string name, long generation) => $$"""
        apiVersion: pqtunnel.io/v1alpha1
        kind: IpsecTunnel
        metadata: {name: {{name}}, namespace: network, uid: uid-of-{{name}}, generation: {{generation}}}
        spec:
          peer: {addresses: [198.51.100.7]}
          authentication: {psk: {secretRef: {name: "{{name}}-psk"} } }
          traffic: {local: [10.244.0.0/16], remote: [10.20.0.0/16]}
        """;

    // The key stands for the fingerprint, so that tests see which one was read.
    private static LoadedTunnel Load(string file, string secrets)
    {
        using TunnelDocument document = TunnelDocument.Load(File.ReadAllText(file), file);
        Api.Settings.TunnelSettings settings = document.Tunnels.Single();
        Api.Settings.SecretReference reference = settings.Authentication.Psk!;
        string path = Path.Combine(secrets, reference.Name, reference.Key);
        if (!File.Exists(path))
            throw new IOException($"no key in {path}");
        string key = File.ReadAllText(path);
        var plan = new TunnelPlan(settings, new TunnelSecrets(new Secret(Encoding.UTF8.GetBytes(key))), key, "");
        return new LoadedTunnel(plan, document.Resources[0].Metadata!.Uid!, document.Resources[0].Metadata!.Generation ?? 0);
    }
}
