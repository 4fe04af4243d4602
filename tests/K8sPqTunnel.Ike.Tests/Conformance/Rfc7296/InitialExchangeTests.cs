using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 1.2: the initial exchanges.</summary>
public sealed class InitialExchangeTests
{
    [Fact]
    [Rfc(7296, "1.2")]
    public void The_retry_after_INVALID_KE_PAYLOAD_proposes_the_full_set_of_suites_again()
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { IkeProposals = [World.Hybrid, Proposals.Parse("20/256 prf6 x25519 mlkem768")] });
        int asked = 0;
        meddler.Edit(Role.Responder, ExchangeType.IkeSaInit, response: true, letter =>
        {
            if (asked++ > 0)
                return;
            letter.Header = letter.Header with { ResponderSpi = default };
            letter.Replace(writer => NotifyPayload.Write(writer, NotifyType.InvalidKePayload, [0, (byte)KeyExchangeMethod.X25519]));
        });
        meddler.Start();

        Letter[] requests = [.. meddler.All(Role.Initiator, ExchangeType.IkeSaInit, response: false)];
        Assert.Equal(2, requests.Length);
        Assert.Equal(requests[0][PayloadType.SecurityAssociation].Body, requests[1][PayloadType.SecurityAssociation].Body);
        Assert.Equal((byte)KeyExchangeMethod.X25519, requests[1][PayloadType.KeyExchange].Body[1]);
    }

    [Fact]
    [Rfc(7296, "1.2")]
    public void IKE_AUTH_proposals_have_no_key_exchange_even_where_the_policy_has_one()
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { EspProposals = [RekeyingTests.Esp(Transform.Of(KeyExchangeMethod.Ecp384))] }).Up();

        OfferedProposal offered = Assert.Single(OfferedProposal.ReadAll(
            meddler.First(Role.Initiator, ExchangeType.IkeAuth, response: false)[PayloadType.SecurityAssociation].Body));
        Assert.DoesNotContain(offered.Transforms, transform => transform.Type == TransformType.KeyExchange);
    }

    [Fact]
    [Rfc(7296, "1.2")]
    [Rfc(7296, "2.21.2", "A responder that refuses only the child still answers with IDr and AUTH")]
    public void Where_the_child_fails_the_IKE_SA_is_created_as_usual()
    {
        using Meddler meddler = new Meddler(responder: c => c with { LocalSelectors = [ChildRequest.Network("10.99.0.0/16")] }).Start();

        Letter answer = meddler.First(Role.Responder, ExchangeType.IkeAuth, response: true);
        Assert.True(answer.Has(PayloadType.Authentication));
        Assert.True(answer.Has(PayloadType.IdentityResponder));
        Assert.True(answer.Has(NotifyType.TsUnacceptable));
        Assert.Single(meddler.Of(Role.Responder).Output.Of<Events.IkeSaEstablished>());
    }

    [Fact]
    [Rfc(7296, "1.2", "Everything after IKE_SA_INIT is encrypted and integrity protected")]
    public void Nothing_but_IKE_SA_INIT_goes_in_the_open()
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Duet.Left.Connection.RekeyIke(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(2));

        Assert.Contains(meddler.Seen, letter => letter.Exchange == ExchangeType.CreateChildSa);
        Assert.All(meddler.Seen.Where(letter => !letter.IsOfInit), letter =>
            Assert.Equal((byte)PayloadType.Encrypted, letter.Original[IkeHeader.NextPayloadOffset]));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "1.2", "Both parties verify that all MACs and signatures are computed correctly")]
    public void A_wrong_AUTH_brings_no_child(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(from, ExchangeType.IkeAuth, response: from == Role.Responder, letter => letter[PayloadType.Authentication].Body[^1] ^= 1);
        meddler.Start();

        Assert.False(meddler.IsUp);
        Assert.Empty(meddler.Of(Meddler.Other(from)).Output.Intents);
    }

    [Fact]
    [Rfc(7296, "1.2", "The names in the ID payload correspond to the key that made the AUTH payload")]
    public void Another_name_under_the_same_shared_key_is_refused()
    {
        using Meddler meddler = new Meddler(initiator: c => c with { LocalIdentity = new IkeIdentity(IdentityType.Fqdn, "other.test.example"u8) }).Start();

        Assert.Equal(NotifyType.AuthenticationFailed, meddler.First(Role.Responder, ExchangeType.IkeAuth, response: true).OnlyError);
        Assert.False(meddler.IsUp);
    }
}
