using System.Text;
using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Tests.Documents;

public sealed class TunnelDocumentTests
{
    [Fact]
    public void A_tunnel_and_its_secret_are_read_from_one_file()
    {
        const string Secret = """

            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: berlin-psk, namespace: network}
            stringData: {psk: correct horse battery staple}
            """;
        using TunnelDocument document = TunnelDocument.Load(Sample.Yaml + Secret);

        Assert.Empty(document.Problems);
        TunnelSettings tunnel = Assert.Single(document.Tunnels);
        Assert.Equal(("network", "berlin"), (tunnel.Namespace, tunnel.Name));
        Assert.Equal("198.51.100.7", Assert.Single(tunnel.PeerAddresses).Address?.ToString());
        Assert.Equal(IkeIdentityType.Fqdn, tunnel.PeerId.Type);
        Assert.Equal(TimeSpan.FromHours(4), tunnel.IkeLifetime);
        Assert.Equal(KeyExchangePolicy.Required, tunnel.KeyExchange);
        Assert.Equal("10.20.0.1", tunnel.Probe?.Target.ToString());

        SecretDocument secret = Assert.Single(document.Secrets);
        Assert.True(secret.TryGet("psk", out ReadOnlyMemory<byte> psk));
        Assert.Equal("correct horse battery staple", Encoding.UTF8.GetString(psk.Span));
        Assert.DoesNotContain("horse", secret.ToString());
    }

    [Fact]
    public void What_is_left_out_is_filled_in()
    {
        const string Least = """
            apiVersion: pqtunnel.io/v1alpha1
            kind: IpsecTunnel
            metadata: {name: berlin}
            spec:
              peer: {addresses: [berlin.example.net]}
              authentication: {psk: {secretRef: {name: berlin-psk}}}
              traffic: {local: [10.244.0.0/16], remote: [10.20.0.0/16]}
            """;
        using TunnelDocument document = TunnelDocument.Load(Least);

        Assert.Empty(document.Problems);
        TunnelSettings tunnel = Assert.Single(document.Tunnels);
        Assert.Equal("default", tunnel.Namespace);
        Assert.Equal("psk", tunnel.Authentication.Psk!.Key);
        Assert.Equal("berlin.example.net", tunnel.PeerId.Text);
        Assert.Null(tunnel.LocalId);
        Assert.Null(tunnel.Probe);
        Assert.All(tunnel.IkeProposals, p => Assert.True(p.AlwaysHasMlKem));
        Assert.Equal(TimeSpan.FromHours(1), tunnel.ChildLifetime);
    }

    [Theory]
    [InlineData("addresses:", "adresses:", "tunnel.yaml:7: spec.peer.adresses: unknown field, did you mean \"addresses\"?")]
    [InlineData("dataplane: Auto", "dataplane: xfrm", "tunnel.yaml:16: spec.dataplane: \"xfrm\" is not one of Auto, Xfrm, Userspace, did you mean \"Xfrm\"?")]
    [InlineData("id: branch-berlin.example.net", "id: 12", "tunnel.yaml:8: spec.peer.id: expected a text, got the number 12: put it in quotes")]
    [InlineData("[198.51.100.7]", "198.51.100.7", "tunnel.yaml:7: spec.peer.addresses: expected a list, got a text")]
    [InlineData("profile: StrongSwan", "profile: &p StrongSwan", "tunnel.yaml:6: spec.peer.profile: anchors and aliases (& and *) are not read: write the value out")]
    [InlineData("profile: StrongSwan", "profile: !!str StrongSwan", "tunnel.yaml:6: spec.peer.profile: tags (!...) are not read: leave the tag out")]
    [InlineData("profile: StrongSwan", "addresses: []", "tunnel.yaml:7: spec.peer.addresses: the key stands twice: leave one out")]
    [InlineData("mode: Policy", "mode: Bridge", "tunnel.yaml:15: spec.traffic.mode: \"Bridge\" is not one of Policy, Route")]
    [InlineData("v1alpha1", "v2", "tunnel.yaml:1: apiVersion: \"pqtunnel.io/v2\" is not a version that this program reads: write pqtunnel.io/v1alpha1")]
    [InlineData("kind: IpsecTunnel", "spend: 1", "tunnel.yaml:1: kind: the document names no kind: begin it with apiVersion: pqtunnel.io/v1alpha1 and kind: IpsecTunnel")]
    [InlineData("kind: IpsecTunnel", "kind: Pod", "tunnel.yaml:2: kind: \"Pod\" (pqtunnel.io/v1alpha1) is not read from a file: only IpsecTunnel (pqtunnel.io/v1alpha1) and Secret (v1) are")]
    public void A_wrong_document_is_refused_with_file_line_path_and_a_way_out(string old, string replacement, string problem) =>
        Assert.Equal([problem], Sample.ProblemsAfter(old, replacement));

    [Fact]
    public void A_text_that_is_no_yaml_is_refused_with_its_line()
    {
        using TunnelDocument document = TunnelDocument.Load("kind: ]", "tunnel.yaml");
        Assert.StartsWith("tunnel.yaml:1: the file is not YAML: ", Assert.Single(document.Problems).ToString());
    }

    [Fact]
    public void A_tunnel_without_name_and_spec_is_told_what_it_needs()
    {
        using TunnelDocument document = TunnelDocument.Load("apiVersion: pqtunnel.io/v1alpha1\nkind: IpsecTunnel\n");
        Assert.Equal(["metadata.name", "spec"], document.Problems.Select(p => p.Path));
    }

    [Fact]
    public void Deep_nesting_and_large_files_are_refused()
    {
        using TunnelDocument deep = TunnelDocument.Load("a: " + new string('[', 5000));
        Assert.Contains("nested more than 32 deep", Assert.Single(deep.Problems).Message);
        using TunnelDocument large = TunnelDocument.Load(new string('#', YamlReader.MaxCharacters + 1));
        Assert.Contains("at most 1048576", Assert.Single(large.Problems).Message);
    }

    [Fact]
    public void What_kubectl_prints_can_be_fed_back()
    {
        string printed = Sample.Yaml.Replace("metadata: {name: berlin, namespace: network}",
                "metadata: {name: berlin, namespace: network, uid: x, generation: 3, managedFields: [{manager: kubectl}], annotations: {a: b}}")
            + "\nstatus: {anything: [1, 2]}\n";
        using TunnelDocument document = TunnelDocument.Load(printed);
        Assert.Empty(document.Problems);
    }

    [Fact]
    public void A_tab_that_the_parser_trips_over_is_refused_too()
    {
        using TunnelDocument document = TunnelDocument.Load(":\t[\ra", "tunnel.yaml");
        Assert.StartsWith("tunnel.yaml:1: the file is not YAML", Assert.Single(document.Problems).ToString());
    }

    [Fact]
    public void No_text_makes_the_reader_throw() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text =>
        {
            using TunnelDocument document = TunnelDocument.Load(text ?? "");
        }));
}
