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

    private static Proposal Parse(string text, ProposalProtocol protocol)
    {
        Assert.True(ProposalText.TryParse(text, protocol, out Proposal? proposal, out string? error), error);
        return proposal;
    }
}
