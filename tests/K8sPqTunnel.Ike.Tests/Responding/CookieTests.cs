using System.Net;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Responding;

/// <summary>What strangers can make us hold (RFC 7296 2.6).</summary>
public sealed class CookieTests
{
    private static readonly EndpointLimits Few = new() { CookiesFrom = 2, MaxHalfOpen = 4, MaxHalfOpenPerAddress = 3 };

    [Fact]
    public void Strangers_are_answered_with_keys_until_there_are_many_and_then_only_with_a_cookie()
    {
        using Duet duet = Responder(Few);

        Assert.NotEmpty(Stranger.ChoiceOf(Assert.Single(Number(1).Begin(duet.Right))));
        Assert.NotEmpty(Stranger.ChoiceOf(Assert.Single(Number(2).Begin(duet.Right))));
        byte[] answer = Assert.Single(Number(3).Begin(duet.Right));

        (NotifyType type, byte[] cookie) = Stranger.NotifyOf(answer);
        Assert.Equal(NotifyType.Cookie, type);
        Assert.InRange(cookie.Length, 1, 64);
        Assert.True(answer.Length < Number(3).Request().Length);
        Assert.Equal(2, duet.Right.Endpoint.HalfOpenCount);
        Assert.Equal(1, duet.Right.Endpoint.Drops[DropReason.CookieDemanded]);
    }

    [Fact]
    public void Limits_that_change_hold_for_the_next_stranger()
    {
        using Duet duet = Responder(Few with { CookiesFrom = 4 });
        duet.Right.Endpoint.Limits = Few with { CookiesFrom = 0 };

        (NotifyType type, _) = Stranger.NotifyOf(Assert.Single(Number(1).Begin(duet.Right)));
        Assert.Equal(NotifyType.Cookie, type);

        duet.Right.Endpoint.Limits = Few with { MaxHalfOpen = 0 };
        Assert.Empty(Number(2).Begin(duet.Right));
    }

    [Fact]
    [Rfc(7296, "2.6", "Who returns the cookie is answered")]
    public void Who_returns_the_cookie_is_let_in()
    {
        using Duet duet = Crowded();
        byte[] cookie = CookieOf(duet, Number(3));

        Assert.NotEmpty(Stranger.ChoiceOf(Assert.Single((Number(3) with { Cookie = cookie }).Begin(duet.Right))));
    }

    [Fact]
    [Rfc(7296, "2.6", "A cookie of another address, SPI or nonce is none")]
    public void A_cookie_is_good_for_nobody_else()
    {
        using Duet duet = Crowded();
        Stranger stranger = Number(3);
        byte[] cookie = CookieOf(duet, stranger);
        byte[] changed = [.. cookie];
        changed[^1] ^= 1;

        Stranger[] others =
        [
            stranger with { Cookie = changed },
            stranger with { Cookie = cookie[..^1] },
            stranger with { Cookie = cookie, Spi = new IkeSpi(99) },
            stranger with { Cookie = cookie, Nonce = new byte[32] },
        ];
        foreach (Stranger other in others)
            Assert.Equal(NotifyType.Cookie, Stranger.NotifyOf(Assert.Single(other.Begin(duet.Right))).Type);
        Stranger elsewhere = stranger with { Cookie = cookie, Path = stranger.Path with { Remote = IPEndPoint.Parse("192.0.2.2:500") } };
        Assert.Equal(NotifyType.Cookie, Stranger.NotifyOf(Assert.Single(elsewhere.Begin(duet.Right))).Type);
        Assert.Equal(2, duet.Right.Endpoint.HalfOpenCount);
    }

    [Fact]
    [Rfc(7296, "2.6", "The secret behind cookies changes, and cookies of the one before are still taken")]
    public void A_cookie_outlives_one_change_of_the_secret_and_no_second()
    {
        using Duet duet = Responder(Few with { CookiesFrom = 0 });
        byte[] cookie = CookieOf(duet, Number(3));
        Stranger returning = Number(3) with { Cookie = cookie };

        Assert.Equal(NotifyType.Cookie, Stranger.NotifyOf(Assert.Single(returning.Begin(duet.Right, TimeSpan.FromSeconds(200)))).Type);

        byte[] later = CookieOf(duet, Number(4), TimeSpan.FromSeconds(210));
        Assert.NotEmpty(Stranger.ChoiceOf(Assert.Single(
            (Number(4) with { Cookie = later }).Begin(duet.Right, TimeSpan.FromSeconds(265)))));
    }

    [Fact]
    public void Beyond_the_hard_limit_even_a_cookie_gets_no_answer()
    {
        using Duet duet = Responder(Few with { MaxHalfOpen = 2 });
        Number(1).Begin(duet.Right);
        Number(2).Begin(duet.Right);

        Assert.Empty(Number(3).Begin(duet.Right));
        Assert.Equal(1, duet.Right.Endpoint.Drops[DropReason.TooManyHalfOpen]);
    }

    [Fact]
    public void An_address_that_no_connection_names_does_not_even_get_a_cookie()
    {
        using Duet duet = Crowded();

        Assert.Empty((Number(3) with { Path = Number(3).Path with { Remote = IPEndPoint.Parse("203.0.113.1:500") } }).Begin(duet.Right));
    }

    [Fact]
    public void One_address_cannot_take_all_the_room()
    {
        using Duet duet = Responder(new EndpointLimits { MaxHalfOpenPerAddress = 2 });
        Number(1).Begin(duet.Right);
        Number(2).Begin(duet.Right);

        Assert.Empty(Number(3).Begin(duet.Right));
        Stranger other = Number(4) with { Path = Number(4).Path with { Remote = IPEndPoint.Parse("192.0.2.2:500") } };
        Assert.Single(other.Begin(duet.Right));
    }

    [Fact]
    public void A_half_open_SA_is_forgotten_when_its_peer_says_nothing_more()
    {
        using Duet duet = Responder(Few with { MaxHalfOpen = 1 });
        Number(1).Begin(duet.Right);
        Assert.Equal(EndpointLimits.Default.HalfOpenTimeout, duet.Right.Endpoint.NextDeadline);

        duet.Run(TimeSpan.FromSeconds(29));
        Assert.Equal(1, duet.Right.Endpoint.HalfOpenCount);
        duet.Run(TimeSpan.FromSeconds(2));

        Assert.Equal(0, duet.Right.Endpoint.HalfOpenCount);
        Assert.Single(Number(2).Begin(duet.Right, duet.Now));
    }

    [Fact]
    public void A_flood_does_not_keep_our_own_initiator_out()
    {
        using Duet duet = Crowded();

        duet.Left.Start(duet.Now);
        duet.Run(TimeSpan.FromSeconds(5));

        duet.AssertAgreement();
        Assert.Equal(1, duet.Right.Endpoint.Drops[DropReason.CookieDemanded]);
    }

    private static Duet Responder(EndpointLimits limits)
    {
        var duet = new Duet(right: c => c with { RemoteNetworks = [IPNetwork.Parse("192.0.2.0/24")] }, limits: limits);
        duet.Right.Start(duet.Now);
        return duet;
    }

    private static Duet Crowded()
    {
        Duet duet = Responder(Few);
        Number(1).Begin(duet.Right);
        Number(2).Begin(duet.Right);
        return duet;
    }

    private static Stranger Number(ulong number) => new() { Spi = new IkeSpi(number) };

    private static byte[] CookieOf(Duet duet, Stranger stranger, TimeSpan now = default)
    {
        (NotifyType type, byte[] cookie) = Stranger.NotifyOf(Assert.Single(stranger.Begin(duet.Right, now)));
        Assert.Equal(NotifyType.Cookie, type);
        return cookie;
    }
}
