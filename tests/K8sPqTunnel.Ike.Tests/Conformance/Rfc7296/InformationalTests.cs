using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 1.4, 1.4.1, 3.11: INFORMATIONAL, and what is deleted by it.</summary>
public sealed class InformationalTests
{
    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "1.4")]
    public void The_recipient_of_an_INFORMATIONAL_request_answers_it(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.Informational)!;

        Assert.Empty(answer.Parts);
        Assert.Equal(ExchangeType.Informational, answer.Exchange);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "1.4", "INFORMATIONAL and CREATE_CHILD_SA only occur after the initial exchanges")]
    public void Before_IKE_AUTH_is_over_no_other_exchange_is_answered(Role to)
    {
        using Meddler meddler = new();
        meddler.Edit(Meddler.Other(to), ExchangeType.IkeAuth, response: to == Role.Initiator, letter => letter.IsLost = true);
        meddler.Start();
        int before = meddler.Seen.Count;
        IkeSa sa = to == Role.Initiator ? meddler.SaOf(to) : meddler.Duet.Right.Endpoint.FindHalfOpen(meddler.SaOf(Role.Initiator).ResponderSpi)!;

        foreach (ExchangeType exchange in new[] { ExchangeType.Informational, ExchangeType.CreateChildSa, ExchangeType.IkeFollowupKe })
        {
            for (uint id = 0; id < 4; id++)
            {
                Letter letter = meddler.Request(Role.Initiator, exchange, DeletePayload.WriteIke);
                Letter asked = new(Meddler.Other(to), letter.Header with { Flags = to == Role.Initiator ? HeaderFlags.None : HeaderFlags.Initiator, MessageId = id });
                meddler.Deliver(to, meddler.Sealed(asked), sa.Path);
            }
        }

        Assert.Equal(before, meddler.Seen.Count);
        Assert.Equal(IkeSaState.Authenticating, sa.State);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "1.4.1", "The recipient of a Delete closes the SAs that it names, and answers with the halves that go the other way")]
    [Rfc(7296, "1.4.1", "Both members of a pair are closed")]
    public void A_Delete_of_a_child_closes_both_halves_and_brings_the_other_ones_SPI(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        ChildSa child = meddler.Of(to).Output.Installed[0];

        Letter answer = meddler.Ask(to, ExchangeType.Informational, writer => DeletePayload.WriteEsp(writer, [child.OutboundSpi]))!;

        Assert.Equal([(byte)ProtocolId.Esp, 4, 0, 1, .. ChildRequest.Octets(child.InboundSpi)], Assert.Single(answer.Parts).Body);
        meddler.Run(TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(child, meddler.Of(to).Output.Installed);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "1.4.1", "Deletes that cross: the answers name no SAs that the other end has deleted itself")]
    public void A_child_that_both_delete_is_not_named_in_the_answers(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        ChildSa child = meddler.Of(to).Output.Installed[0];
        meddler.Edit(to, ExchangeType.Informational, response: false, letter => letter.IsLost = true);
        meddler.SaOf(to).Children.First().State = ChildState.Ending;
        meddler.Of(to).Connection.Advance(meddler.Duet.Now);

        Letter answer = meddler.Ask(to, ExchangeType.Informational, writer => DeletePayload.WriteEsp(writer, [child.OutboundSpi]))!;

        Assert.Empty(answer.Parts);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "1.4.1", "Deletion of an IKE SA closes its children, and is answered by an empty response")]
    [Rfc(7296, "3.11", "A Delete of the IKE SA has no SPI")]
    public void A_Delete_of_the_IKE_SA_closes_its_children_and_gets_an_empty_answer(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.Informational, DeletePayload.WriteIke)!;

        Assert.Empty(answer.Parts);
        Assert.Empty(meddler.Of(to).Output.Installed);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.11", "Our Delete of the IKE SA has protocol 1, SPI size 0 and no SPI")]
    public void Closing_deletes_the_IKE_SA_without_naming_an_SPI(Role from)
    {
        using Meddler meddler = new Meddler().Up();

        meddler.Of(from).Connection.Close(meddler.Duet.Now);

        Assert.Equal([1, 0, 0, 0], Assert.Single(meddler.First(from, ExchangeType.Informational, response: false).Parts).Body);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.11", "A Delete may name several SPIs, and a message may hold several Deletes of different protocols")]
    public void A_Delete_of_an_AH_SA_beside_one_of_a_child_does_not_disturb_it(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        ChildSa child = meddler.Of(to).Output.Installed[0];

        Letter answer = meddler.Ask(to, ExchangeType.Informational, writer => DeletePayload.WriteEsp(writer, [new EspSpi(0x9999), child.OutboundSpi]), letter =>
            letter.Parts.Insert(0, new Part(PayloadType.Delete, [2, 4, 0, 1, 1, 2, 3, 4])))!;

        Assert.Equal([(byte)ProtocolId.Esp, 4, 0, 1, .. ChildRequest.Octets(child.InboundSpi)], Assert.Single(answer.Parts).Body);
    }
}
