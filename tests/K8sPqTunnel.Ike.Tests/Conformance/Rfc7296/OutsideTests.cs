using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 1.5, 2.21.4, 2.4: messages that no IKE SA vouches for.</summary>
public sealed class OutsideTests
{
    [Theory]
    [InlineData(Role.Initiator, NotifyType.InvalidIkeSpi), InlineData(Role.Responder, NotifyType.InvalidIkeSpi)]
    [InlineData(Role.Initiator, NotifyType.InvalidMajorVersion), InlineData(Role.Responder, NotifyType.InvalidMajorVersion)]
    [InlineData(Role.Initiator, NotifyType.InvalidSpi), InlineData(Role.Responder, NotifyType.InvalidSpi)]
    [Rfc(7296, "1.5", "An unprotected Notify gets no response and does not change the state of any SA")]
    [Rfc(7296, "2.21.4", "An unprotected INVALID_IKE_SPI gets no response and does not change the state of any SA")]
    [Rfc(7296, "2.4", "Nobody concludes from an unprotected message that the other end has failed")]
    internal void An_unprotected_error_changes_nothing_and_gets_no_answer(Role to, NotifyType error)
    {
        using Meddler meddler = new Meddler().Up();

        foreach (HeaderFlags flags in new[] { HeaderFlags.None, HeaderFlags.Response })
        {
            Letter letter = meddler.Request(to, ExchangeType.Informational, writer => NotifyPayload.Write(writer, error));
            letter.Header = letter.Header with { Flags = letter.Header.Flags | flags };
            Assert.Empty(meddler.Deliver(to, InTheOpen(letter)));
        }

        meddler.Run(TimeSpan.FromSeconds(5));
        meddler.AssertUp();
        Assert.Empty(meddler.Ask(to, ExchangeType.Informational)!.Parts);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.21.4")]
    public void A_response_of_no_IKE_SA_that_we_know_gets_no_answer(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        Letter letter = meddler.Request(to, ExchangeType.Informational, writer => NotifyPayload.Write(writer, NotifyType.InvalidIkeSpi));
        letter.Header = letter.Header with { InitiatorSpi = new IkeSpi(5), ResponderSpi = new IkeSpi(6), Flags = letter.Header.Flags | HeaderFlags.Response };

        Assert.Empty(meddler.Deliver(to, InTheOpen(letter)));
    }

    private static byte[] InTheOpen(Letter letter)
    {
        byte[] chain = letter.Chain(out PayloadType first);
        byte[] message = [.. new byte[IkeHeader.Length], .. chain];
        letter.WriteHeader(message, first);
        return message;
    }
}
