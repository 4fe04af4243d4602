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
}
