using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 3.1: the IKE header.</summary>
public sealed class HeaderTests
{
    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.1")]
    [Rfc(7296, "2.5", "The minor version is ignored on receipt")]
    public void Reserved_flags_and_the_minor_version_are_ignored(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter? answer = meddler.Ask(to, ExchangeType.Informational, change: letter =>
        {
            letter.Header = letter.Header with { Flags = letter.Header.Flags | (HeaderFlags)0xc7 };
            letter.Version = 0x2f;
        });

        Assert.Empty(Assert.IsType<Letter>(answer).Parts);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.1")]
    public void Reserved_flags_are_sent_as_zero_and_the_version_as_2_0(Role from)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Ask(from, ExchangeType.Informational);

        Assert.All(meddler.Seen, letter => Assert.Equal((0, 0x20), ((int)letter.Header.Flags & ~0x28, letter.Original[17])));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.1", "A message that is marked as a response gets none")]
    public void A_response_that_nobody_asked_for_gets_no_response(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        for (uint id = 0; id < 5; id++)
        {
            Letter letter = meddler.Request(to, ExchangeType.Informational, DeletePayload.WriteIke);
            letter.Header = letter.Header with { Flags = letter.Header.Flags | HeaderFlags.Response, MessageId = id };
            Assert.Empty(meddler.Deliver(to, meddler.Sealed(letter)));
        }

        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.1", "The initiator flag is set in all messages of the original initiator and in no other")]
    public void The_initiator_flag_is_that_of_who_began_the_IKE_SA(Role by)
    {
        using Meddler meddler = new Meddler().Up();
        Assert.All(meddler.Seen, letter => Assert.Equal(letter.From == Role.Initiator, letter.Header.IsFromInitiator));

        IkeSpi first = meddler.SaOf(by).InitiatorSpi;
        meddler.Of(by).Connection.RekeyIke(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(5));
        meddler.Ask(by, ExchangeType.Informational);
        meddler.Ask(Meddler.Other(by), ExchangeType.Informational);

        // It changes with who has begun the last rekey.
        Letter[] after = [.. meddler.Seen.Where(letter => letter.Header.InitiatorSpi != first)];
        Assert.Equal(2, after.Length);
        Assert.All(after, letter => Assert.Equal(letter.From == by, letter.Header.IsFromInitiator));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.1", "The initiator flag says which SPI is the recipient's: with the wrong one a message is nobody's")]
    public void A_message_with_the_wrong_initiator_flag_is_dropped(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        Letter letter = meddler.Request(to, ExchangeType.Informational);
        byte[] octets = meddler.Sealed(letter);
        octets[19] ^= (byte)HeaderFlags.Initiator;

        Assert.Empty(meddler.Deliver(to, octets));
    }

    [Theory]
    [InlineData(Role.Initiator, 4), InlineData(Role.Initiator, -1), InlineData(Role.Responder, 1), InlineData(Role.Responder, -28)]
    [Rfc(7296, "3.1", "The length is that of the whole message")]
    public void A_message_whose_length_is_not_its_own_is_dropped(Role to, int error)
    {
        using Meddler meddler = new Meddler().Up();

        Assert.Null(meddler.Ask(to, ExchangeType.Informational, change: letter => letter.LengthError = error));
    }
}
