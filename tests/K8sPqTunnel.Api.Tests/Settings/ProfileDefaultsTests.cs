using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Api.Proposals;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Tests.Settings;

public sealed class ProfileDefaultsTests
{
    public static TheoryData<PeerProfile> Profiles => [.. Enum.GetValues<PeerProfile>()];

    [Theory, MemberData(nameof(Profiles))]
    public void Every_default_proposal_keeps_the_policy_that_it_is_the_default_of(PeerProfile profile)
    {
        ProfileDefaults defaults = ProfileDefaults.Of(profile);
        Assert.All(defaults.IkeProposals(KeyExchangePolicy.Required), text => Assert.True(Parse(text, ProposalProtocol.Ike).AlwaysHasMlKem));
        Assert.All(defaults.IkeProposals(KeyExchangePolicy.Disabled), text => Assert.False(Parse(text, ProposalProtocol.Ike).MayHaveMlKem));
        Assert.True(Parse(defaults.IkeProposals(KeyExchangePolicy.Preferred)[0], ProposalProtocol.Ike).AlwaysHasMlKem);
        Assert.False(Parse(defaults.IkeProposals(KeyExchangePolicy.Preferred)[^1], ProposalProtocol.Ike).MayHaveMlKem);
        Assert.All(defaults.ChildProposals(KeyExchangePolicy.Required), text => Parse(text, ProposalProtocol.Esp));
        Assert.All(defaults.ChildProposals(KeyExchangePolicy.Disabled), text => Assert.False(Parse(text, ProposalProtocol.Esp).MayHaveMlKem));
    }

    [Theory, MemberData(nameof(Profiles))]
    public void What_a_profile_shows_is_what_it_does(PeerProfile profile)
    {
        foreach (KeyExchangePolicy policy in Enum.GetValues<KeyExchangePolicy>())
        {
            JsonNode shown = JsonSerializer.SerializeToNode(ProfileDefaults.Of(profile).ToSpec(policy), ApiJsonContext.Default.IpsecTunnelSpec)!;
            TunnelSettings filled = ProfiledTunnel.Settings(profile, new JsonObject { ["postQuantum"] = shown["postQuantum"]!.DeepClone() });
            TunnelSettings written = ProfiledTunnel.Settings(PeerProfile.Generic, shown.AsObject());
            Assert.Equal(ProfiledTunnel.Print(written), ProfiledTunnel.Print(filled with { Profile = PeerProfile.Generic }));
        }
    }

    [Theory, MemberData(nameof(Profiles))]
    public void An_explicit_value_of_any_field_wins_over_the_profiles(PeerProfile profile)
    {
        foreach (ProfiledField field in ProfiledField.All)
        {
            Check.QuickThrowOnFailure(Prop.ForAll(field.Values.ToArbitrary(), value =>
                Assert.Equal(value, field.Read(ProfiledTunnel.Settings(profile, field.Spec(value))))));
        }
    }

    [Fact]
    public void Every_field_that_a_profile_fills_is_among_those_that_are_tested()
    {
        IEnumerable<string> filled = Enum.GetValues<PeerProfile>()
            .SelectMany(profile => ProfiledTunnel.Paths(ProfileDefaults.Of(profile).ToSpec(KeyExchangePolicy.Required))).Distinct();
        Assert.Equal(ProfiledField.All.Select(field => field.Path).Append("postQuantum.keyExchange").Order(), filled.Order());
    }

    [Fact]
    public void A_cloudflare_peer_reached_by_a_name_has_to_be_identified_by_its_address()
    {
        string problem = Assert.Single(Sample.ProblemsAfter(
            "profile: StrongSwan\n    addresses: [198.51.100.7]\n    id: branch-berlin.example.net",
            "profile: Cloudflare\n    addresses: [edge.example.net]"));
        Assert.Contains("spec.peer.id: a Cloudflare peer proves itself by its IP address", problem);
    }

    private static Proposal Parse(string text, ProposalProtocol protocol)
    {
        Assert.True(ProposalText.TryParse(text, protocol, out Proposal? proposal, out string? error), error);
        return proposal;
    }
}
