using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 1.3: CREATE_CHILD_SA.</summary>
public sealed class CreateChildTests
{
    private const NotifyType UseTransportMode = (NotifyType)16391;

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "1.3", "Either end may begin CREATE_CHILD_SA once the IKE SA is established")]
    public void Either_end_answers_a_request_for_another_child(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)))!;

        Assert.Equal(
            [PayloadType.SecurityAssociation, PayloadType.Nonce, PayloadType.TrafficSelectorInitiator, PayloadType.TrafficSelectorResponder],
            answer.Parts.Select(part => part.Type));
        Assert.Equal(2, meddler.Of(to).Output.Installed.Count);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "1.3")]
    [Rfc(7296, "3.4", "A key of another group than the selected one is answered with INVALID_KE_PAYLOAD")]
    public void A_key_of_another_group_is_answered_with_the_group_that_is_wanted(Role to)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { EspProposals = [RekeyingTests.Esp(Transform.Of(KeyExchangeMethod.Ecp384))] }).Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, writer =>
        {
            ChildRequest.Of(meddler.Of(to))(writer);
            using KeyExchange key = new SystemKeyExchangeSource().Start(KeyExchangeMethod.X25519);
            KeyExchangePayload.Write(writer, KeyExchangeMethod.X25519, key.Data);
        })!;

        Assert.Equal(NotifyType.InvalidKePayload, answer.OnlyError);
        Assert.Equal([0, (byte)KeyExchangeMethod.Ecp384], answer.Parts[0].NotifyData);
        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "1.3", "A failed CREATE_CHILD_SA does not tear the IKE SA down")]
    public void A_refused_child_leaves_the_IKE_SA_and_the_other_child_alone(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter refused = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)), letter =>
            letter[PayloadType.SecurityAssociation].Body[^1] = 99)!;

        Assert.Equal(NotifyType.NoProposalChosen, refused.OnlyError);
        Assert.Empty(meddler.Ask(to, ExchangeType.Informational)!.Parts);
        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "1.3.1", "Without USE_TRANSPORT_MODE in the answer the child is in tunnel mode")]
    public void A_wish_for_transport_mode_is_declined_by_leaving_it_out(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)), letter => letter.Append(UseTransportMode))!;

        Assert.True(answer.Has(PayloadType.SecurityAssociation));
        Assert.False(answer.Has(UseTransportMode));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "1.3.2", "A request that rekeys the IKE SA has to carry a KE payload")]
    public void A_rekey_of_the_IKE_SA_without_a_key_is_refused(Role to)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { QuantumPolicy = QuantumPolicy.Preferred, IkeProposals = [World.Classical] }).Up();

        Letter answer = meddler.Ask(
            to, ExchangeType.CreateChildSa, ChildRequest.RekeyingIke(World.Classical.Transforms, KeyExchangeMethod.Ecp384),
            letter => letter.Remove(PayloadType.KeyExchange))!;

        Assert.Equal(NotifyType.InvalidKePayload, answer.OnlyError);
        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "1.3.2", "The answer that rekeys the IKE SA has SA, Nr and KEr, and an SPI of eight octets")]
    public void A_rekey_of_the_IKE_SA_is_answered_with_a_choice_a_nonce_and_a_key(Role to)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { QuantumPolicy = QuantumPolicy.Preferred, IkeProposals = [World.Classical] }).Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.RekeyingIke(World.Classical.Transforms, KeyExchangeMethod.Ecp384))!;

        Assert.Equal([PayloadType.SecurityAssociation, PayloadType.Nonce, PayloadType.KeyExchange], answer.Parts.Select(part => part.Type));
        Assert.Equal(8, OfferedProposal.ReadAll(answer[PayloadType.SecurityAssociation].Body)[0].Spi.Length);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "1.3.3", "REKEY_SA is in every request that replaces a child, with the SPI that its sender receives by and protocol ESP")]
    public void Our_request_to_rekey_a_child_names_it_by_the_SPI_that_we_receive_by(Role from)
    {
        using Meddler meddler = new Meddler().Up();
        ChildSa old = meddler.Of(from).Output.Installed[0];

        meddler.Of(from).Connection.RekeyChild(meddler.Duet.Now);

        Part named = meddler.First(from, ExchangeType.CreateChildSa, response: false).Notify(NotifyType.RekeySa);
        Assert.Equal([(byte)ProtocolId.Esp, 4, 0x40, 0x09, .. ChildRequest.Octets(old.InboundSpi)], named.Body);
    }
}
