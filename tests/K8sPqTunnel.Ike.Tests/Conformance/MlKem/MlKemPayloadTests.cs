using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.MlKem;

/// <summary>draft-ietf-ipsecme-ikev2-mlkem: encapsulation keys and ciphertexts on the wire.</summary>
public sealed class MlKemPayloadTests
{
    private const string Draft = "draft-ietf-ipsecme-ikev2-mlkem";

    private static readonly EspProposal Rekeyed = RekeyingTests.Esp(Transform.Of(KeyExchangeMethod.MlKem768));

    [Theory]
    [InlineData("mlkem512", 35, 800, 768), InlineData("mlkem768", 36, 1184, 1088), InlineData("mlkem1024", 37, 1568, 1568)]
    [Rfc(Draft, "2.1", "KE payloads hold the encapsulation key and the ciphertext of FIPS 203, without any framing")]
    public void Keys_and_ciphertexts_have_the_lengths_of_FIPS_203(string method, int id, int key, int ciphertext)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { IkeProposals = [Proposals.Parse($"20/256 prf6 ecp384 {method}")] }).Up();

        byte[] request = meddler.First(Role.Initiator, ExchangeType.IkeIntermediate, response: false)[PayloadType.KeyExchange].Body;
        byte[] answer = meddler.First(Role.Responder, ExchangeType.IkeIntermediate, response: true)[PayloadType.KeyExchange].Body;
        Assert.Equal((id, 4 + key), (request[1], request.Length));
        Assert.Equal((id, 4 + ciphertext), (answer[1], answer.Length));
    }

    [Theory, InlineData("a coefficient that is not reduced"), InlineData("a shorter key"), InlineData("a longer key")]
    [Rfc(Draft, "2.2", "The responder checks the encapsulation key by FIPS 203 7.2, and refuses with INVALID_SYNTAX")]
    public void An_encapsulation_key_that_fails_the_checks_of_FIPS_203_is_refused(string what)
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Initiator, ExchangeType.IkeIntermediate, response: false, letter => Spoil(letter[PayloadType.KeyExchange], what));
        meddler.Start();

        Assert.Equal(NotifyType.InvalidSyntax, meddler.First(Role.Responder, ExchangeType.IkeIntermediate, response: true).OnlyError);
        Assert.DoesNotContain(meddler.Seen, letter => letter.Exchange == ExchangeType.IkeAuth);
    }

    [Theory]
    [InlineData(Role.Initiator, "a coefficient that is not reduced"), InlineData(Role.Responder, "a coefficient that is not reduced")]
    [InlineData(Role.Initiator, "a shorter key"), InlineData(Role.Responder, "a longer key")]
    [Rfc(Draft, "2.2", "The encapsulation key of CREATE_CHILD_SA is checked too, whoever begins it")]
    public void Such_a_key_in_CREATE_CHILD_SA_is_refused_too(Role to, string what)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { EspProposals = [Rekeyed] }).Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, writer =>
        {
            ChildRequest.Of(meddler.Of(to))(writer);
            using KeyExchange key = new SystemKeyExchangeSource().Start(KeyExchangeMethod.MlKem768);
            KeyExchangePayload.Write(writer, KeyExchangeMethod.MlKem768, key.Data);
        }, letter => Spoil(letter[PayloadType.KeyExchange], what))!;

        Assert.Equal(NotifyType.InvalidSyntax, answer.OnlyError);
    }

    [Theory, InlineData("a shorter key"), InlineData("a longer key")]
    [Rfc(Draft, "2.2", "A ciphertext of the wrong length ends the attempt before IKE_AUTH")]
    public void A_ciphertext_of_another_length_leads_to_no_IKE_AUTH(string what)
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Responder, ExchangeType.IkeIntermediate, response: true, letter => Spoil(letter[PayloadType.KeyExchange], what));
        meddler.Start();

        Assert.DoesNotContain(meddler.Seen, letter => letter.Exchange == ExchangeType.IkeAuth);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(Draft, "2.2", "A ciphertext of the wrong length in CREATE_CHILD_SA or IKE_FOLLOWUP_KE ends the existing IKE SA, by a Delete")]
    public void A_ciphertext_of_another_length_in_CREATE_CHILD_SA_deletes_the_IKE_SA(Role by)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { EspProposals = [Rekeyed] }).Up();
        meddler.Edit(Meddler.Other(by), ExchangeType.CreateChildSa, response: true, letter => Spoil(letter[PayloadType.KeyExchange], "a shorter key"));
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run();

        Assert.Equal([1, 0, 0, 0], meddler.First(by, ExchangeType.Informational, response: false)[PayloadType.Delete].Body);
        Assert.Contains(meddler.Of(by).Output.Of<Events.IkeSaClosed>(), _ => true);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(Draft, "3", "Key pairs and ciphertexts are fresh in each exchange")]
    public void No_key_and_no_ciphertext_is_used_twice(Role by)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { EspProposals = [Rekeyed] }).Up();
        for (int i = 0; i < 3; i++)
        {
            meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
            meddler.Run(TimeSpan.FromSeconds(30));
        }

        string[] keys = [.. meddler.Seen.Where(letter => letter.Has(PayloadType.KeyExchange)).Select(letter => Convert.ToHexString(letter[PayloadType.KeyExchange].Body))];
        Assert.Equal(10, keys.Length);
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    private static void Spoil(Part key, string what)
    {
        switch (what)
        {
            case "a shorter key":
                key.Body = key.Body[..^1];
                break;
            case "a longer key":
                key.Body = [.. key.Body, 0];
                break;
            default:
                key.Body[4] = 0xff;
                key.Body[5] |= 0x0f;
                break;
        }
    }
}
