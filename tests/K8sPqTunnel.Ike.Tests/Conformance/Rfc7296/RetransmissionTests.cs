using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 2.1: retransmission.</summary>
public sealed class RetransmissionTests
{
    [Theory]
    [InlineData(Role.Initiator, ExchangeType.IkeSaInit), InlineData(Role.Initiator, ExchangeType.IkeIntermediate)]
    [InlineData(Role.Initiator, ExchangeType.IkeAuth), InlineData(Role.Initiator, ExchangeType.CreateChildSa)]
    [InlineData(Role.Responder, ExchangeType.CreateChildSa), InlineData(Role.Responder, ExchangeType.Informational)]
    [Rfc(7296, "2.1", "A retransmission is bitwise identical to the original request")]
    [Rfc(7296, "2.2", "A retransmission uses the same message ID")]
    internal void An_unanswered_request_is_repeated_bit_by_bit(Role from, ExchangeType exchange)
    {
        using Meddler meddler = new();
        meddler.Edit(Meddler.Other(from), exchange, response: true, letter => letter.IsLost = true);
        meddler.Start();
        if (exchange == ExchangeType.CreateChildSa)
            meddler.Of(from).Connection.RekeyChild(meddler.Duet.Now);
        if (exchange == ExchangeType.Informational)
            meddler.Of(from).Connection.Close(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(10));

        byte[][] requests = [.. meddler.All(from, exchange, response: false).Select(letter => letter.Original)];
        Assert.True(requests.Length > 1);
        Assert.All(requests, request => Assert.Equal(requests[0], request));
    }

    [Theory]
    [InlineData(Role.Responder, ExchangeType.IkeSaInit), InlineData(Role.Responder, ExchangeType.IkeIntermediate)]
    [InlineData(Role.Responder, ExchangeType.IkeAuth), InlineData(Role.Responder, ExchangeType.CreateChildSa)]
    [InlineData(Role.Initiator, ExchangeType.CreateChildSa)]
    [Rfc(7296, "2.1", "A repeated request is ignored but for the same response, which the responder remembers")]
    internal void A_repeated_request_brings_the_same_octets_and_nothing_else(Role to, ExchangeType exchange)
    {
        using Meddler meddler = new();
        int lost = 0;
        meddler.Edit(to, exchange, response: true, letter => letter.IsLost = lost++ < 2);
        meddler.Start();
        if (exchange == ExchangeType.CreateChildSa)
            meddler.Of(Meddler.Other(to)).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(30));

        byte[][] responses = [.. meddler.All(to, exchange, response: true).Select(letter => letter.Original)];
        Assert.Equal(3, responses.Length);
        Assert.All(responses, response => Assert.Equal(responses[0], response));
        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.1", "A response is sent only when a request comes; it is never repeated by itself")]
    public void A_response_that_is_lost_is_not_repeated_before_the_request_is(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Ask(to, ExchangeType.Informational);
        int sent = meddler.Seen.Count;

        meddler.Run(TimeSpan.FromMinutes(5));

        Assert.Equal(sent, meddler.Seen.Count);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.1", "Who gives up a request discards the IKE SA and all its children")]
    public void An_end_that_gives_up_discards_the_IKE_SA_and_its_children(Role from)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Edit(letter => letter.From != from, letter => letter.IsLost = true);
        meddler.Of(from).Connection.RekeyChild(meddler.Duet.Now);
        ChildSa child = meddler.Of(from).Output.Installed[0];

        meddler.Run(TimeSpan.FromMinutes(4));

        Assert.DoesNotContain(child, meddler.Of(from).Output.Installed);
        Assert.Single(meddler.Of(from).Output.Of<Events.IkeSaClosed>());
    }

    [Fact]
    [Rfc(7296, "2.1", "Two peers may have chosen the same initiator SPI: it alone does not make a request a repeat")]
    public void Two_initiators_with_the_same_SPI_get_IKE_SAs_of_their_own()
    {
        using var duet = new Duet(right: c => c with { RemoteAddresses = [c.RemoteAddresses[0], System.Net.IPAddress.Parse("192.0.2.2")] });
        duet.Right.Start(duet.Now);
        Stranger one = new();
        Stranger other = new() { Path = one.Path with { Remote = System.Net.IPEndPoint.Parse("192.0.2.1:5001") }, Nonce = new byte[32] };

        Assert.NotEmpty(Stranger.ChoiceOf(Assert.Single(one.Begin(duet.Right))));
        Assert.NotEmpty(Stranger.ChoiceOf(Assert.Single(other.Begin(duet.Right))));
        Assert.Equal(2, duet.Right.Endpoint.HalfOpenCount);
    }

    [Fact]
    [Rfc(7296, "2.1", "An IKE_SA_INIT request of an IKE SA whose IKE_AUTH has come is ignored")]
    public void A_late_copy_of_the_IKE_SA_INIT_request_opens_nothing()
    {
        using Meddler meddler = new Meddler().Up();

        Assert.Empty(meddler.Deliver(Role.Responder, meddler.First(Role.Initiator, ExchangeType.IkeSaInit, response: false).Original));
        Assert.Equal(0, meddler.Duet.Right.Endpoint.HalfOpenCount);
    }
}
