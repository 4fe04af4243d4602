using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Proposals;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Cli.Output;

namespace K8sPqTunnel.Cli.Tests.Output;

public sealed class ProfilePagesTests
{
    public static TheoryData<PeerProfile> Profiles => [.. Enum.GetValues<PeerProfile>()];

    [Theory, MemberData(nameof(Profiles))]
    public void The_yaml_of_a_profile_is_a_tunnels_when_the_peer_and_its_traffic_are_added(PeerProfile profile)
    {
        var text = new StringWriter();
        ProfilePages.WriteYaml(text, ProfileDefaults.Of(profile), KeyExchangePolicy.Preferred);
        using TunnelDocument document = TunnelDocument.Load($$"""
            apiVersion: pqtunnel.io/v1alpha1
            kind: IpsecTunnel
            metadata: {name: berlin}
            {{text.ToString().Replace("  traffic:\n", "  traffic:\n    local: [10.1.0.0/24]\n    remote: [10.20.0.0/24]\n")}}
              peer: {addresses: [198.51.100.7]}
              authentication: {psk: {secretRef: {name: k} } }
            """);

        Assert.Empty(document.Problems);
        TunnelSettings tunnel = Assert.Single(document.Tunnels);
        ProfileDefaults row = ProfileDefaults.Of(profile);
        Assert.Equal(row.IkeProposals(KeyExchangePolicy.Preferred), tunnel.IkeProposals.Select((Proposal proposal) => proposal.Text));
        Assert.Equal(row.ChildLifetime, tunnel.ChildLifetime);
        Assert.Equal(row.NatKeepalive, tunnel.Transport.NatKeepalive);
    }

    [Fact]
    public void A_pipe_gets_a_line_for_each_field_however_long()
    {
        string[] lines = Page(PeerProfile.Generic);
        // However wide the longest field makes the first column.
        string[][] fields = [.. lines.Select(line => line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        Assert.Contains(["spec.ike.proposals[0]", "aes256gcm16-prfsha384-prfsha512-prfsha256-ecp384-ke1_mlkem768-ke1_mlkem1024"], fields);
        Assert.Contains(["spec.child.lifetime", "1h"], fields);
        Assert.DoesNotContain(lines, line => line.Contains('│') || line.EndsWith(' '));
    }

    [Fact]
    public void A_peer_known_not_to_interoperate_is_called_that() =>
        Assert.Contains(Page(PeerProfile.PaloAlto), line => line.Contains("numbered as before the standard"));

    [Fact]
    public void The_list_names_each_profile_once()
    {
        var text = new StringWriter();
        ProfilePages.WriteList(text);
        Assert.Equal(Enum.GetNames<PeerProfile>().Order(), text.ToString().TrimEnd().Split('\n')[1..].Select(line => line.Split(' ')[0]).Order());
    }

    private static string[] Page(PeerProfile profile)
    {
        var text = new StringWriter();
        ProfilePages.WritePage(text, ProfileDefaults.Of(profile), KeyExchangePolicy.Required);
        return text.ToString().Split('\n');
    }
}
