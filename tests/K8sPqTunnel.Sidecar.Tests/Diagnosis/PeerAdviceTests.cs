using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Sidecar.Diagnosis;

namespace K8sPqTunnel.Sidecar.Tests.Diagnosis;

public sealed class PeerAdviceTests
{
    [Theory]
    [InlineData(PeerProfile.PaloAlto, FailureReason.NoProposalChosen, "before the standard")]
    [InlineData(PeerProfile.Cisco8000, FailureReason.FragmentsLost, "crypto ikev2 fragmentation")]
    [InlineData(PeerProfile.FortiOS, FailureReason.FragmentsLost, "fragments only what it repeats")]
    [InlineData(PeerProfile.Libreswan, FailureReason.IntermediateUnanswered, "intermediate=yes")]
    [InlineData(PeerProfile.Cloudflare, FailureReason.AuthenticationFailed, "<TUNNEL_ID>.<ACCOUNT_ID>.ipsec.cloudflare.com")]
    public void What_is_known_of_a_product_follows_the_failure(PeerProfile profile, FailureReason reason, string advice)
    {
        string message = PeerAdvice.Complete(profile, new IkeFailure(reason, "tunnel \"berlin\": it failed."));
        Assert.StartsWith("tunnel \"berlin\": it failed. ", message);
        Assert.Contains(advice, message);
    }

    [Fact]
    public void Nothing_follows_where_nothing_is_known() => Assert.Equal(
        "it failed", PeerAdvice.Complete(PeerProfile.Generic, new IkeFailure(FailureReason.FragmentsLost, "it failed")));

    [Fact]
    public void No_pair_of_product_and_failure_has_two_sentences_and_each_is_one() => Assert.All(
        PeerAdvice.Rows.GroupBy(row => (row.Profile, row.Reason)), same => Assert.EndsWith(".", Assert.Single(same).Sentence));
}
