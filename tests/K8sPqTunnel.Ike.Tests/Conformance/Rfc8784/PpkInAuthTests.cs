using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc8784;

/// <summary>RFC 8784: postquantum preshared keys in IKE_AUTH.</summary>
public sealed class PpkInAuthTests
{
    [Fact]
    [Rfc(8784, "3", "Both ends say USE_PPK in IKE_SA_INIT, without data")]
    [Rfc(8784, "3", "The responder that has used the PPK answers with an empty PPK_IDENTITY")]
    public void USE_PPK_is_said_by_both_and_the_responder_confirms_the_PPK()
    {
        using Meddler meddler = With(required: true).Up();

        Assert.All(meddler.Seen.Where(letter => letter.IsOfInit), letter => Assert.Equal([0, 0, 0x40, 0x33], letter.Notify(NotifyType.UsePpk).Body));
        Assert.NotEmpty(meddler.First(Role.Initiator, ExchangeType.IkeAuth, response: false).Notify(NotifyType.PpkIdentity).NotifyData);
        Assert.Empty(meddler.First(Role.Responder, ExchangeType.IkeAuth, response: true).Notify(NotifyType.PpkIdentity).NotifyData);
    }

    [Theory, InlineData(true), InlineData(false)]
    [Rfc(8784, "3", "NO_PPK_AUTH is sent where the PPK is optional, and not where it is mandatory")]
    public void NO_PPK_AUTH_comes_only_where_the_PPK_is_optional(bool required)
    {
        using Meddler meddler = With(required).Up();

        Assert.Equal(!required, meddler.First(Role.Initiator, ExchangeType.IkeAuth, response: false).Has(NotifyType.NoPpkAuth));
    }

    [Theory, InlineData(true), InlineData(false)]
    [Rfc(8784, "3", "Without USE_PPK in the answer an initiator that needs a PPK ends the attempt, and another one goes on without any")]
    public void Without_USE_PPK_in_the_answer_only_an_initiator_that_needs_none_goes_on(bool required)
    {
        using Meddler meddler = With(required);
        meddler.Edit(Role.Responder, ExchangeType.IkeSaInit, response: true, letter => letter.Remove(NotifyType.UsePpk));
        meddler.Start();

        Letter[] auths = [.. meddler.All(Role.Initiator, ExchangeType.IkeAuth, response: false)];
        Assert.Equal(required, auths.Length == 0);
        Assert.DoesNotContain(auths, letter => letter.Has(NotifyType.PpkIdentity) || letter.Has(NotifyType.NoPpkAuth));
    }

    [Fact]
    [Rfc(8784, "3", "Where the responder lacks the PPK and NO_PPK_AUTH is missing, authentication fails")]
    public void An_unknown_PPK_without_NO_PPK_AUTH_is_refused()
    {
        using Meddler meddler = With(required: false);
        meddler.Edit(Role.Initiator, ExchangeType.IkeAuth, response: false, letter =>
        {
            letter.Remove(NotifyType.NoPpkAuth);
            letter.Notify(NotifyType.PpkIdentity).Body[^1] ^= 1;
        });
        meddler.Start();

        Assert.Equal(NotifyType.AuthenticationFailed, meddler.First(Role.Responder, ExchangeType.IkeAuth, response: true).OnlyError);
    }

    private static Meddler With(bool required) => Meddler.OfBoth(c => c with
    {
        PpkInIntermediate = false,
        PostquantumKeys = [new PostquantumKey("ppk-1", new Secret("a postquantum preshared key     "u8), required)],
    });
}
