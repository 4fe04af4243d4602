using K8sPqTunnel.Api.Proposals;
using static K8sPqTunnel.Api.Proposals.TransformType;

namespace K8sPqTunnel.Api.Tests.Proposals;

public sealed class ProposalTextTests
{
    [Fact]
    public void A_hybrid_ike_proposal_becomes_the_numbers_of_iana()
    {
        Transform[] expected = [new(Encryption, 20, 256), new(Prf, 6), new(KeyExchange, 20), new(AdditionalKeyExchange1, 36)];
        Assert.Equal(expected, Parse("aes256gcm16-prfsha384-ecp384-ke1_mlkem768", ProposalProtocol.Ike).Transforms);
    }

    [Fact]
    public void An_esp_proposal_ends_with_32_bit_sequence_numbers()
    {
        Transform[] expected = [new(Encryption, 20, 128), new(KeyExchange, 31), new(SequenceNumbers, 0)];
        Assert.Equal(expected, Parse("aes128gcm16-x25519", ProposalProtocol.Esp).Transforms);
    }

    [Theory]
    [InlineData("aes256gcm16-esn", new ushort[] { 1 })]
    [InlineData("aes256gcm16-noesn", new ushort[] { 0 })]
    [InlineData("aes256gcm16-esn-noesn", new ushort[] { 1, 0 })]
    public void An_esp_proposal_may_choose_its_sequence_numbers(string text, ushort[] ids) => Assert.Equal(
        ids, Parse(text, ProposalProtocol.Esp).Transforms.Where(t => t.Type == SequenceNumbers).Select(t => t.Id));

    [Fact]
    public void A_cbc_proposal_without_a_prf_takes_the_hash_of_its_integrity()
    {
        Transform[] expected = [new(Encryption, 12, 256), new(Integrity, 13), new(KeyExchange, 21), new(AdditionalKeyExchange2, 37), new(Prf, 6)];
        Assert.Equal(expected, Parse("aes256-sha384-ecp521-ke2_mlkem1024", ProposalProtocol.Ike).Transforms);
    }

    [Theory]
    [InlineData("aes256gcm16-prfsha384-ecp384-ke1_mlkem768", true, true)]
    [InlineData("aes256gcm16-prfsha384-ecp384-ke1_mlkem768-ke1_mlkem1024", true, true)]
    [InlineData("aes256gcm16-prfsha384-mlkem768", true, true)]
    [InlineData("aes256gcm16-prfsha384-ecp384-mlkem768", false, true)]
    [InlineData("aes256gcm16-prfsha384-ecp384-ke1_mlkem768-ke1_none", false, true)]
    [InlineData("aes256gcm16-prfsha384-ecp384-ke1_x25519", false, false)]
    [InlineData("aes256gcm16-prfsha384-ecp384", false, false)]
    public void Whether_ml_kem_is_sure_is_known(string text, bool always, bool may)
    {
        Proposal proposal = Parse(text, ProposalProtocol.Ike);
        Assert.Equal((always, may), (proposal.AlwaysHasMlKem, proposal.MayHaveMlKem));
    }

    [Theory]
    [InlineData("aes256gcm16-prfsha385-ecp384", "unknown keyword \"prfsha385\", did you mean \"prfsha384\"?")]
    [InlineData("aes256gcm16-prfsha384-ecp384-ke1_mlkem786", "unknown keyword \"ke1_mlkem786\", did you mean \"ke1_mlkem768\"?")]
    [InlineData("aes256gcm16-prfsha384-modp1024", "unknown keyword \"modp1024\"")]
    [InlineData("aes256gcm16-aes256-prfsha384-sha256-ecp384", "mixes AEAD ciphers (aes256gcm16) with CBC (aes256)")]
    [InlineData("aes256gcm16-sha384-ecp384", "write prfsha384 instead of sha384")]
    [InlineData("aes256-prfsha384-ecp384", "has a CBC cipher and no integrity algorithm")]
    [InlineData("aes256gcm16-ecp384", "names no PRF")]
    [InlineData("aes256gcm16-prfsha384", "names no key exchange")]
    [InlineData("prfsha384-ecp384", "names no cipher")]
    [InlineData("aes256gcm16-prfsha384-ecp384-ecp384", "names ecp384 twice")]
    [InlineData("aes256gcm16-prfsha384-ecp384-ke1_mlkem768-ke2_mlkem768", "names ML-KEM-768 in two key exchange rounds")]
    [InlineData("aes256gcm16-prfsha384-ecp384-ke1_none", "offers nothing but none for additional key exchange 1")]
    [InlineData("aes256gcm16-prfsha384-ecp384-esn", "names esn or noesn, which only a child proposal has")]
    [InlineData("aes256gcm16--ecp384", "unknown keyword \"\"")]
    public void A_wrong_ike_proposal_is_refused_with_a_reason(string text, string reason)
    {
        Assert.False(ProposalText.TryParse(text, ProposalProtocol.Ike, out _, out string? error));
        Assert.Contains(reason, error);
    }

    [Theory]
    [InlineData("aes256gcm16-prfsha384", "names a PRF, which only an IKE proposal has")]
    [InlineData("aes256gcm16-sha256", "leave sha256 out")]
    [InlineData("aes256gcm16-ke1_mlkem768", "without a first one")]
    public void A_wrong_esp_proposal_is_refused_with_a_reason(string text, string reason)
    {
        Assert.False(ProposalText.TryParse(text, ProposalProtocol.Esp, out _, out string? error));
        Assert.Contains(reason, error);
    }

    [Theory]
    [InlineData("aes256gcm16-prfsha384-ecp384-ke1_mlkem768-ke3_none-ke3_x25519")]
    [InlineData("chacha20poly1305-prfsha256-x25519")]
    public void Written_transforms_are_the_keywords_that_were_read(string text) =>
        Assert.Equal(text, ProposalText.Of(Parse(text, ProposalProtocol.Ike).Transforms));

    private static Proposal Parse(string text, ProposalProtocol protocol)
    {
        Assert.True(ProposalText.TryParse(text, protocol, out Proposal? proposal, out string? error), error);
        return proposal;
    }
}
