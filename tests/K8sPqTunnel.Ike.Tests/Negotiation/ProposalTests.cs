using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Negotiation;

public sealed class ProposalTests
{
    [Theory]
    [InlineData("20/256 prf6 ecp384 mlkem768", "aes256gcm16-prfsha384-ecp384-ke1_mlkem768")]
    [InlineData("12/128 integ13 prf6 x25519", "aes128-sha384-prfsha384-x25519")]
    [InlineData("28/0 prf5 mlkem512", "chacha20poly1305-prfsha256-mlkem512")]
    public void A_proposal_prints_in_strongSwans_keywords(string proposal, string keywords) =>
        Assert.Equal(keywords, Proposals.Parse(proposal).ToString());

    [Fact]
    public void Integrity_beside_an_AEAD_is_left_out() =>
        Assert.Equal("aes256gcm16-prfsha256-ecp256", Proposals.Parse("20/256 integ12 prf5 ecp256").ToString());

    [Theory]
    [InlineData("12/256 prf5 ecp256", "Integrity")]
    [InlineData("20/256 ecp256", "PseudorandomFunction")]
    [InlineData("20/256 prf5", "KeyExchange")]
    [InlineData("20/256 12/256 integ12 prf5 ecp256", "mixes")]
    [InlineData("20/255 prf5 ecp256", "255")]
    [InlineData("3/0 prf5 ecp256", "Encryption 3")]
    [InlineData("20/256 prf2 ecp256", "PseudorandomFunction 2")]
    [InlineData("12/256 integ0 prf5 ecp256", "Integrity 0")]
    public void A_proposal_that_cannot_run_says_what_is_wrong(string proposal, string said) =>
        Assert.Contains(said, Assert.Throws<ArgumentException>(() => Proposals.Parse(proposal)).Message, StringComparison.Ordinal);

    [Fact]
    [Rfc(7296, "3.3.3", "An ESP proposal always has a transform of type 5")]
    public void An_ESP_proposal_always_says_its_sequence_numbers_and_only_later_its_key_exchanges()
    {
        EspProposal proposal = new(
        [
            new(TransformType.Encryption, 20, 256), Transform.Of(KeyExchangeMethod.Ecp384),
            Transform.Additional(1, KeyExchangeMethod.MlKem768),
        ]);

        Assert.Equal("aes256gcm16-ecp384-ke1_mlkem768", proposal.ToString());
        Assert.Equal(
            [new(TransformType.Encryption, 20, 256), new(TransformType.SequenceNumbers, Transform.SequenceNumbers32)],
            proposal.WithoutKeyExchange);
    }

    [Fact]
    public void A_required_policy_leaves_no_classical_way_out()
    {
        IkeProposal choice = new(
        [
            .. Proposals.Parse("20/256 prf6 ecp384 mlkem768").Transforms,
            Transform.Additional(1, KeyExchangeMethod.MlKem1024), Transform.Additional(1, KeyExchangeMethod.X25519),
            Transform.Additional(1, KeyExchangeMethod.None),
            Transform.Additional(2, KeyExchangeMethod.Ecp256), Transform.Additional(2, KeyExchangeMethod.None),
        ]);

        IkeProposal offered = Assert.Single(QuantumRule.Offerable(QuantumPolicy.Required, [choice, World.Classical]));

        Assert.Equal(
            "aes256gcm16-prfsha384-ecp384-ke1_mlkem768-ke1_mlkem1024-ke2_ecp256-ke2_none", offered.ToString());
    }

    [Fact]
    public void A_required_policy_strips_classical_methods_beside_ML_KEM_alone() =>
        Assert.Equal(
            "aes256gcm16-prfsha384-mlkem768",
            Assert.Single(QuantumRule.Offerable(
                QuantumPolicy.Required,
                [new IkeProposal([.. World.Classical.Transforms, Transform.Of(KeyExchangeMethod.MlKem768)])])).ToString());

    [Theory]
    [InlineData(QuantumPolicy.Preferred, 2)]
    [InlineData(QuantumPolicy.Disabled, 1)]
    [InlineData(QuantumPolicy.Required, 1)]
    public void Each_policy_offers_what_it_allows(QuantumPolicy policy, int count) =>
        Assert.Equal(count, QuantumRule.Offerable(policy, [World.Hybrid, World.Classical]).Count);
}
