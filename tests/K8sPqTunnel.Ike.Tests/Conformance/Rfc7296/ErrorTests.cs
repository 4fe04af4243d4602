using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 2.21, 3.10.1: errors.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData(Role.Initiator, ExchangeType.Informational), InlineData(Role.Responder, ExchangeType.Informational)]
    [InlineData(Role.Initiator, ExchangeType.CreateChildSa), InlineData(Role.Responder, ExchangeType.CreateChildSa)]
    [Rfc(7296, "2.21.3", "A badly formatted request is answered with INVALID_SYNTAX, which ends the IKE SA at both ends without a Delete")]
    [Rfc(7296, "3.10.1", "INVALID_SYNTAX answers every error that no other status covers")]
    internal void A_malformed_request_is_answered_with_INVALID_SYNTAX_and_ends_the_IKE_SA(Role to, ExchangeType exchange)
    {
        using Meddler meddler = new Meddler().Up();
        int before = meddler.Seen.Count;

        Letter answer = meddler.Ask(to, exchange, writer => NotifyPayload.Write(writer, NotifyType.InitialContact), letter => letter.Parts[0].LengthError = 50)!;

        Assert.Equal(NotifyType.InvalidSyntax, answer.OnlyError);
        Assert.Empty(meddler.Of(to).Output.Installed);
        Assert.DoesNotContain(meddler.Seen.Skip(before), letter => letter.From == to && letter.Has(PayloadType.Delete));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.21.3", "Who gets INVALID_SYNTAX for its request has lost the IKE SA too, without a Delete")]
    public void INVALID_SYNTAX_in_an_answer_ends_the_IKE_SA_without_a_Delete(Role by)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { LivenessDelay = TimeSpan.FromSeconds(30) }).Up();
        meddler.Edit(Meddler.Other(by), ExchangeType.Informational, response: true, letter =>
            letter.Replace(writer => NotifyPayload.Write(writer, NotifyType.InvalidSyntax)));
        meddler.Run(TimeSpan.FromSeconds(31));

        Assert.Contains(meddler.Of(by).Output.Of<Events.IkeSaClosed>(), _ => true);
        Assert.DoesNotContain(meddler.Seen, letter => letter.From == by && letter.Has(PayloadType.Delete));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.10.1", "INVALID_SYNTAX is sent only where message ID and checksum were right")]
    public void A_malformed_message_without_the_right_checksum_gets_no_answer(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        Letter letter = meddler.Request(to, ExchangeType.Informational, writer => NotifyPayload.Write(writer, NotifyType.InitialContact));
        letter.Parts[0].LengthError = 50;
        byte[] octets = meddler.Sealed(letter);
        octets[^1] ^= 1;
        letter.Header = letter.Header with { MessageId = letter.Header.MessageId + 5 };

        Assert.Empty(meddler.Deliver(to, octets));
        Assert.Empty(meddler.Deliver(to, meddler.Sealed(letter)));
        meddler.AssertUp();
    }

    [Theory]
    [InlineData(PayloadType.SecurityAssociation), InlineData(PayloadType.Nonce), InlineData(PayloadType.TrafficSelectorInitiator), InlineData(PayloadType.TrafficSelectorResponder)]
    [Rfc(7296, "2.21.3", "Every request that has an error is answered by a response that says so")]
    internal void A_request_that_lacks_a_payload_is_told_so(PayloadType missing)
    {
        foreach (Role to in new[] { Role.Initiator, Role.Responder })
        {
            using Meddler meddler = new Meddler().Up();
            Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)), letter => letter.Remove(missing))!;
            Assert.Equal(NotifyType.InvalidSyntax, answer.OnlyError);
        }
    }

    [Fact]
    [Rfc(7296, "2.21.2", "A failed authentication is answered by AUTHENTICATION_FAILED alone, under protection")]
    public void A_failed_authentication_brings_AUTHENTICATION_FAILED_and_nothing_else()
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Initiator, ExchangeType.IkeAuth, response: false, letter => letter[PayloadType.Authentication].Body[^1] ^= 1);
        meddler.Start();

        Letter answer = meddler.First(Role.Responder, ExchangeType.IkeAuth, response: true);
        Assert.Equal(NotifyType.AuthenticationFailed, answer.OnlyError);
        Assert.Equal((byte)PayloadType.Encrypted, answer.Original[IkeHeader.NextPayloadOffset]);
    }

    [Fact]
    [Rfc(7296, "2.21.2", "A malformed IKE_AUTH request brings INVALID_SYNTAX only, whatever its AUTH payload says")]
    public void A_malformed_IKE_AUTH_request_brings_INVALID_SYNTAX_alone()
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Initiator, ExchangeType.IkeAuth, response: false, letter => letter.Parts[^1].LengthError = 3);
        meddler.Start();

        Assert.Equal(NotifyType.InvalidSyntax, meddler.First(Role.Responder, ExchangeType.IkeAuth, response: true).OnlyError);
        Assert.Empty(meddler.Duet.Right.Output.Installed);
    }

    [Theory]
    [InlineData(NotifyType.NoProposalChosen), InlineData(NotifyType.TsUnacceptable)]
    [Rfc(7296, "2.21.2", "The initiator does not fail the authentication because the child was refused: it may delete the IKE SA, and says so")]
    internal void A_refused_child_is_no_failed_authentication_for_the_initiator(NotifyType error)
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Responder, ExchangeType.IkeAuth, response: true, letter =>
        {
            letter.Parts.RemoveAll(part => part.Type is PayloadType.SecurityAssociation or PayloadType.TrafficSelectorInitiator or PayloadType.TrafficSelectorResponder);
            letter.Append(error);
        });
        meddler.Start(TimeSpan.FromSeconds(0.5));

        Letter next = meddler.Seen.First(letter => letter.From == Role.Initiator && letter.Exchange == ExchangeType.Informational);
        Assert.Equal([1, 0, 0, 0], next[PayloadType.Delete].Body);
        Assert.DoesNotContain(meddler.Seen, letter => letter.From == Role.Initiator && letter.Has(NotifyType.AuthenticationFailed));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.10.1", "An error type that is not known, in a response: the request has failed entirely")]
    public void An_unknown_error_in_a_response_means_that_the_request_has_failed(Role by)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Edit(Meddler.Other(by), ExchangeType.CreateChildSa, response: true, letter => letter.Append((NotifyType)9999));
        int before = meddler.Of(by).Output.Installed.Count;
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run();

        Assert.Equal(before, meddler.Of(by).Output.Installed.Count);
        Assert.Equal(Events.RekeyOutcome.Failed, Assert.Single(meddler.Of(by).Output.Of<Events.RekeyEnded>()).Outcome);
    }

    [Theory]
    [InlineData(Role.Initiator, 9999), InlineData(Role.Responder, 9999), InlineData(Role.Initiator, 40959), InlineData(Role.Responder, 40959)]
    [Rfc(7296, "3.10.1", "Error types that are not known are ignored in requests, status types everywhere")]
    public void An_unknown_Notify_in_a_request_is_ignored(Role to, int type)
    {
        using Meddler meddler = new Meddler().Up();

        Assert.Empty(meddler.Ask(to, ExchangeType.Informational, writer => NotifyPayload.Write(writer, (NotifyType)type, [1, 2, 3]))!.Parts);
        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)), letter => letter.Append((NotifyType)type, 1, 2, 3))!;
        Assert.True(answer.Has(PayloadType.SecurityAssociation));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.10.1", "Status types that are not known are ignored in all messages")]
    public void Unknown_status_types_are_ignored_in_all_messages(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(letter => letter.From == from && letter.Exchange != ExchangeType.IkeIntermediate, letter =>
        {
            letter.Append((NotifyType)40959, 9);
            letter.Append((NotifyType)16399 + 100);
        });
        meddler.Up();
        meddler.Duet.Left.Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(30));

        meddler.AssertUp();
        Assert.Equal(2, meddler.Duet.Left.Output.Of<Events.ChildUp>().Count());
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.10", "The protocol ID of a Notify without SPI is ignored")]
    public void The_protocol_ID_of_a_Notify_without_SPI_is_ignored(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(letter => letter.From == from && letter.Exchange != ExchangeType.IkeIntermediate, letter =>
        {
            foreach (Part part in letter.Parts.Where(part => part.Type == PayloadType.Notify && part.Body[1] == 0))
                part.Body[0] = 1;
        });

        meddler.Up();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.10", "A Notify without SPI has protocol ID 0")]
    public void A_Notify_of_ours_without_SPI_has_protocol_ID_0(Role by)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Ask(by, ExchangeType.CreateChildSa);

        Assert.All(
            meddler.Seen.SelectMany(letter => letter.Parts).Where(part => part.Type == PayloadType.Notify),
            part => Assert.Equal(part.Body[1] == 0, part.Body[0] == 0));
    }

    [Theory]
    [InlineData(Role.Initiator, PayloadType.Delete, new byte[] { 3, 3, 0, 1, 1, 2, 3 })]
    [InlineData(Role.Responder, PayloadType.Delete, new byte[] { 1, 8, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8 })]
    [InlineData(Role.Initiator, PayloadType.Notify, new byte[] { 3, 4, 0x40, 0x09, 1 })]
    [InlineData(Role.Responder, PayloadType.Notify, new byte[] { 0, 0, 0x40 })]
    [Rfc(7296, "2.21.3", "A Delete or Notify payload whose lengths do not fit is malformed too")]
    [Rfc(7296, "3.11", "The SPI size is 0 for IKE and 4 for ESP and AH")]
    internal void A_Delete_or_Notify_that_cannot_be_read_is_answered_with_INVALID_SYNTAX(Role to, PayloadType type, byte[] body)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.Informational, change: letter => letter.Parts.Add(new Part(type, body)))!;

        Assert.Equal(NotifyType.InvalidSyntax, answer.OnlyError);
    }

    [Theory]
    [InlineData(NotifyType.AuthenticationFailed), InlineData(NotifyType.InvalidSyntax), InlineData(NotifyType.UnsupportedCriticalPayload)]
    [Rfc(7296, "2.21.2", "AUTHENTICATION_FAILED and its like in the INFORMATIONAL right behind IKE_AUTH end the IKE SA without a Delete")]
    internal void An_initiator_that_refuses_our_proof_afterwards_ends_the_IKE_SA(NotifyType error)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(Role.Responder, ExchangeType.Informational, writer => NotifyPayload.Write(writer, error))!;

        Assert.Empty(answer.Parts);
        Assert.Empty(meddler.Duet.Right.Output.Installed);
        Assert.Single(meddler.Duet.Right.Output.Of<Events.IkeSaClosed>());
    }

    [Fact]
    [Rfc(7296, "2.21.2", "AUTHENTICATION_FAILED in a later exchange ends nothing")]
    public void AUTHENTICATION_FAILED_in_a_later_INFORMATIONAL_ends_nothing()
    {
        using Meddler meddler = new Meddler().Up();
        Assert.NotNull(meddler.Ask(Role.Responder, ExchangeType.Informational));

        foreach (Role to in new[] { Role.Initiator, Role.Responder })
            Assert.Empty(meddler.Ask(to, ExchangeType.Informational, writer => NotifyPayload.Write(writer, NotifyType.AuthenticationFailed))!.Parts);

        meddler.AssertUp();
    }
}
