using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 3.4 to 3.8, 3.15, 2.19, 2.22: what single payloads hold.</summary>
public sealed class PayloadTests
{
    private const NotifyType IpcompSupported = (NotifyType)16387;
    private const NotifyType NoTfcPadding = (NotifyType)16394;
    private const NotifyType NonFirstFragments = (NotifyType)16395;

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.4", "The reserved field of a KE payload is ignored")]
    public void The_reserved_field_of_a_KE_payload_is_ignored(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(from, ExchangeType.IkeSaInit, response: from == Role.Responder, letter =>
            letter[PayloadType.KeyExchange].Body[2] = letter[PayloadType.KeyExchange].Body[3] = 0xff);

        meddler.Up();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.8", "The reserved field of an AUTH payload is ignored")]
    public void The_reserved_field_of_an_AUTH_payload_is_ignored(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(from, ExchangeType.IkeAuth, response: from == Role.Responder, letter =>
            letter[PayloadType.Authentication].Body[1] = letter[PayloadType.Authentication].Body[3] = 0xff);

        meddler.Up();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.4", "The reserved fields of KE, ID and AUTH payloads are sent as zero")]
    [Rfc(7296, "3.5", "The reserved fields of KE, ID and AUTH payloads are sent as zero")]
    [Rfc(7296, "3.8", "The reserved fields of KE, ID and AUTH payloads are sent as zero")]
    public void Reserved_fields_of_KE_ID_and_AUTH_payloads_are_sent_as_zero(Role from)
    {
        using Meddler meddler = new Meddler().Up();

        foreach (Part part in meddler.Seen.Where(letter => letter.From == from).SelectMany(letter => letter.Parts))
        {
            if (part.Type == PayloadType.KeyExchange)
                Assert.Equal([0, 0], part.Body[2..4]);
            if (part.Type is PayloadType.Authentication or PayloadType.IdentityInitiator or PayloadType.IdentityResponder)
                Assert.Equal([0, 0, 0], part.Body[1..4]);
        }
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.5", "An ID of type FQDN has no terminator")]
    public void A_name_is_sent_without_a_terminator(Role from)
    {
        using Meddler meddler = new Meddler().Up();
        Part id = meddler.First(from, ExchangeType.IkeAuth, response: from == Role.Responder)[
            from == Role.Initiator ? PayloadType.IdentityInitiator : PayloadType.IdentityResponder];

        Assert.Equal(2, id.Body[0]);
        Assert.Equal(meddler.Of(from).Configs[0].LocalIdentity.ToString(), System.Text.Encoding.ASCII.GetString(id.Body[4..]));
    }

    [Fact]
    [Rfc(7296, "2.19", "No CFG_REPLY without a CFG_REQUEST; a request for configuration that we do not give is passed over")]
    [Rfc(7296, "3.15", "Reserved fields and unknown attributes of a CP payload are ignored")]
    public void A_request_for_configuration_is_passed_over()
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Initiator, ExchangeType.IkeAuth, response: false, letter =>
            letter.Parts.Insert(3, new Part(PayloadType.Configuration, [1, 0xff, 0xff, 0xff, 0, 1, 0, 0, 0x3f, 0xff, 0, 1, 9])));

        meddler.Up();
        Assert.DoesNotContain(meddler.Seen, letter => letter.From == Role.Responder && letter.Has(PayloadType.Configuration));
    }

    [Fact]
    [Rfc(7296, "2.19", "The responder never sends a CFG_REPLY that was not asked for, nor the initiator a CFG_REQUEST that nobody configured")]
    public void We_send_no_configuration_payload()
    {
        using Meddler meddler = new Meddler().Up();

        Assert.DoesNotContain(meddler.Seen, letter => letter.Has(PayloadType.Configuration));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.22", "IPComp is in use only where the answer has IPCOMP_SUPPORTED too")]
    [Rfc(7296, "1.3.1", "ESP_TFC_PADDING_NOT_SUPPORTED and NON_FIRST_FRAGMENTS_ALSO may be declined by leaving them out")]
    public void Wishes_about_the_child_that_we_do_not_fulfil_are_left_out_of_the_answer(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)), letter =>
        {
            letter.Append(IpcompSupported, 0x12, 0x34, 3);
            letter.Append(NoTfcPadding);
            letter.Append(NonFirstFragments);
        })!;

        Assert.True(answer.Has(PayloadType.SecurityAssociation));
        Assert.Empty(answer.Notifies);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(4303, "2.1", "ESP SPIs from 0 to 255 are reserved, and no proposal with one is taken")]
    public void A_reserved_SPI_is_not_taken(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)), letter =>
            Array.Clear(letter[PayloadType.SecurityAssociation].Body, 8, 4))!;

        Assert.Equal(NotifyType.NoProposalChosen, answer.OnlyError);
    }
}
