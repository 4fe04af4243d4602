using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc9867;

/// <summary>RFC 9867: postquantum preshared keys in IKE_INTERMEDIATE.</summary>
public sealed class PpkInIntermediateTests
{
    [Fact]
    [Rfc(9867, "3.1", "The responder chooses USE_PPK or USE_PPK_INT, never both")]
    public void The_answer_names_one_way_only()
    {
        using Meddler meddler = With().Up();

        Letter asked = meddler.First(Role.Initiator, ExchangeType.IkeSaInit, response: false), answer = meddler.First(Role.Responder, ExchangeType.IkeSaInit, response: true);
        Assert.True(asked.Has(NotifyType.UsePpk) && asked.Has(NotifyType.UsePpkInIntermediate));
        Assert.True(answer.Has(NotifyType.UsePpkInIntermediate));
        Assert.False(answer.Has(NotifyType.UsePpk));
    }

    [Fact]
    [Rfc(9867, "3.1", "PPK_IDENTITY_KEY is in the last IKE_INTERMEDIATE, and the answer names the PPK")]
    public void The_PPK_goes_with_the_last_IKE_INTERMEDIATE()
    {
        using Meddler meddler = With(c => c with { IkeProposals = [Proposals.Parse("20/256 prf6 ecp384 mlkem768 x25519")] }).Up();

        Assert.Equal(
            [false, true], meddler.All(Role.Initiator, ExchangeType.IkeIntermediate, response: false).Select(letter => letter.Has(NotifyType.PpkIdentityKey)));
        Assert.Equal(
            [false, true], meddler.All(Role.Responder, ExchangeType.IkeIntermediate, response: true).Select(letter => letter.Has(NotifyType.PpkIdentity)));
        Assert.False(meddler.First(Role.Initiator, ExchangeType.IkeAuth, response: false).Has(NotifyType.PpkIdentity));
    }

    [Fact]
    [Rfc(9867, "3.1", "A PPK whose confirmation does not match is not taken")]
    public void A_PPK_with_a_wrong_confirmation_is_refused_where_it_is_required()
    {
        using Meddler meddler = With();
        meddler.Edit(Role.Initiator, ExchangeType.IkeIntermediate, response: false, letter => letter.Notify(NotifyType.PpkIdentityKey).Body[^1] ^= 1);
        meddler.Start();

        Assert.Equal(NotifyType.AuthenticationFailed, meddler.First(Role.Responder, ExchangeType.IkeIntermediate, response: true).OnlyError);
        Assert.DoesNotContain(meddler.Seen, letter => letter.Exchange == ExchangeType.IkeAuth);
    }

    private static Meddler With(Func<ConnectionConfig, ConnectionConfig>? more = null) => Meddler.OfBoth(c => (more ?? (each => each))(c with
    {
        PostquantumKeys = [new PostquantumKey("ppk-1", new Secret("a postquantum preshared key     "u8))],
    }));
}
