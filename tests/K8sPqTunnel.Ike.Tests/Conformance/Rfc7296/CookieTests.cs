using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 2.6, 2.6.1: cookies and SPIs.</summary>
public sealed class CookieTests
{
    private static readonly byte[] Cookie = [7, 7, 7];

    [Fact]
    [Rfc(7296, "2.6", "The request is repeated with the cookie as first payload and all other payloads unchanged")]
    public void The_cookie_comes_first_and_nothing_else_changes()
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Initiator, ExchangeType.IkeSaInit, response: false, letter => letter.IsLost = true);
        meddler.Start(TimeSpan.FromMilliseconds(1));
        Answer(meddler, NotifyType.Cookie, Cookie);

        Letter[] requests = [.. meddler.All(Role.Initiator, ExchangeType.IkeSaInit, response: false)];
        Assert.Equal(NotifyType.Cookie, requests[1].Parts[0].Notify);
        Assert.Equal(Cookie, requests[1].Parts[0].NotifyData);
        Assert.Equal(requests[0].Original[IkeHeader.Length..], requests[1].Original[(IkeHeader.Length + 8 + Cookie.Length)..]);
        Assert.Equal(requests[0].Header.InitiatorSpi, requests[1].Header.InitiatorSpi);
    }

    [Theory, InlineData(1), InlineData(64)]
    [Rfc(7296, "2.6", "A cookie has 1 to 64 octets")]
    public void Cookies_of_all_lengths_are_sent_back(int length)
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Initiator, ExchangeType.IkeSaInit, response: false, letter => letter.IsLost = true);
        meddler.Start(TimeSpan.FromMilliseconds(1));
        Answer(meddler, NotifyType.Cookie, new byte[length]);

        Assert.Equal(length, meddler.All(Role.Initiator, ExchangeType.IkeSaInit, response: false).ElementAt(1).Parts[0].NotifyData.Length);
    }

    [Fact]
    [Rfc(7296, "2.6", "A wrong cookie is ignored: the request is taken as one without")]
    public void A_wrong_cookie_counts_as_none()
    {
        using Duet relaxed = Responder(EndpointLimits.Default), strict = Responder(EndpointLimits.Default with { CookiesFrom = 0 });
        Stranger stranger = new() { Cookie = Cookie };

        Assert.NotEmpty(Stranger.ChoiceOf(Assert.Single(stranger.Begin(relaxed.Right))));
        Assert.Equal(NotifyType.Cookie, Stranger.NotifyOf(Assert.Single(stranger.Begin(strict.Right))).Type);
    }

    [Fact]
    [Rfc(7296, "2.6", "The answer that demands a cookie has no other payload, and no SPI of the responder")]
    public void A_demand_for_a_cookie_stands_alone_and_repeats_the_initiators_SPI()
    {
        using Duet strict = Responder(EndpointLimits.Default with { CookiesFrom = 0 });
        Stranger stranger = new();

        byte[] answer = Assert.Single(stranger.Begin(strict.Right));

        (NotifyType type, byte[] data) = Stranger.NotifyOf(answer);
        Assert.Equal(NotifyType.Cookie, type);
        Assert.InRange(data.Length, 1, 64);
        Assert.Equal(stranger.Spi, IkeSpi.Read(answer));
    }

    [Fact]
    [Rfc(7296, "2.6.1", "A responder that wants another cookie after INVALID_KE_PAYLOAD gets it")]
    public void A_new_cookie_after_INVALID_KE_PAYLOAD_is_followed()
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { IkeProposals = [World.Hybrid, Proposals.Parse("20/256 prf6 x25519 mlkem768")] });
        meddler.Edit(Role.Initiator, ExchangeType.IkeSaInit, response: false, letter => letter.IsLost = true);
        meddler.Start(TimeSpan.FromMilliseconds(1));
        Answer(meddler, NotifyType.Cookie, 1);
        Answer(meddler, NotifyType.InvalidKePayload, 0, (byte)KeyExchangeMethod.X25519);
        Answer(meddler, NotifyType.Cookie, 3);

        Letter[] requests = [.. meddler.All(Role.Initiator, ExchangeType.IkeSaInit, response: false)];
        Assert.Equal(4, requests.Length);
        Assert.Equal([3], requests[3].Notify(NotifyType.Cookie).NotifyData);
        Assert.Equal((byte)KeyExchangeMethod.X25519, requests[3][PayloadType.KeyExchange].Body[1]);
    }

    [Fact]
    [Rfc(7296, "3.1", "The responder's SPI is zero in the first message of IKE_SA_INIT, repeats with a cookie included, and never after")]
    public void The_responders_SPI_is_zero_until_the_responder_has_given_it()
    {
        using Meddler meddler = new(limits: EndpointLimits.Default with { CookiesFrom = 0 });
        meddler.Up();

        Letter[] requests = [.. meddler.All(Role.Initiator, ExchangeType.IkeSaInit, response: false)];
        Assert.Equal(2, requests.Length);
        Assert.All(requests, letter => Assert.True(letter.Header.ResponderSpi.IsZero));
        Assert.All(meddler.Seen.Where(letter => letter.Has(PayloadType.SecurityAssociation) && letter.IsResponse), letter => Assert.False(letter.Header.ResponderSpi.IsZero));
        Assert.All(meddler.Seen, letter => Assert.False(letter.Header.InitiatorSpi.IsZero));
    }

    private static Duet Responder(EndpointLimits limits)
    {
        var duet = new Duet(limits: limits);
        duet.Right.Start(duet.Now);
        return duet;
    }

    /// <summary>What a responder says that has no state for the request yet.</summary>
    private static void Answer(Meddler meddler, NotifyType type, params byte[] data)
    {
        IkeHeader header = new(meddler.SaOf(Role.Initiator).InitiatorSpi, default, PayloadType.None, ExchangeType.IkeSaInit, HeaderFlags.Response, 0, 0);
        Letter letter = new(Role.Responder, header);
        letter.Append(type, data);
        meddler.Send(letter);
    }
}
