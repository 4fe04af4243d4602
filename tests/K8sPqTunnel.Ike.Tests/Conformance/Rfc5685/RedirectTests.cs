using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc5685;

/// <summary>RFC 5685: redirection, as the client that we are.</summary>
public sealed class RedirectTests
{
    private static readonly byte[] Other = [1, 4, 198, 51, 100, 99];

    [Theory, InlineData(true), InlineData(false)]
    [Rfc(5685, "3", "A client says REDIRECT_SUPPORTED in IKE_SA_INIT if it follows redirects, and only then")]
    public void REDIRECT_SUPPORTED_is_said_where_the_policy_follows(bool follows)
    {
        using Meddler meddler = new Meddler(initiator: c => c with { FollowRedirects = follows }).Up();

        Assert.Equal(follows, meddler.First(Role.Initiator, ExchangeType.IkeSaInit, response: false).Has(NotifyType.RedirectSupported));
    }

    [Theory, InlineData("without"), InlineData("wrong"), InlineData("shorter")]
    [Rfc(5685, "3", "A REDIRECT in IKE_SA_INIT without the client's nonce is ignored")]
    public void A_REDIRECT_without_our_nonce_is_ignored(string nonce)
    {
        using Meddler meddler = new(initiator: c => c with { FollowRedirects = true });
        meddler.Edit(Role.Responder, ExchangeType.IkeSaInit, response: true, letter =>
        {
            byte[] ni = meddler.First(Role.Initiator, ExchangeType.IkeSaInit, response: false)[PayloadType.Nonce].Body;
            byte[] proof = nonce switch { "without" => [], "wrong" => new byte[ni.Length], _ => ni[..^1] };
            letter.Append(NotifyType.Redirect, [.. Other, .. proof]);
        });

        meddler.Up();
        Assert.Empty(meddler.Duet.Left.Output.Of<Events.PeerRedirected>());
    }

    [Fact]
    [Rfc(5685, "3", "A client that has not said REDIRECT_SUPPORTED follows none")]
    public void An_unwanted_REDIRECT_is_ignored_although_the_nonce_is_ours()
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Responder, ExchangeType.IkeSaInit, response: true, letter =>
            letter.Append(NotifyType.Redirect, [.. Other, .. meddler.First(Role.Initiator, ExchangeType.IkeSaInit, response: false)[PayloadType.Nonce].Body]));

        meddler.Up();
        Assert.Empty(meddler.Duet.Left.Output.Of<Events.PeerRedirected>());
    }
}
