using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 2.10, 3.9: nonces.</summary>
public sealed class NonceTests
{
    [Fact]
    [Rfc(7296, "2.10", "Nonces have 16 octets and half the PRF's key at least")]
    [Rfc(7296, "3.9", "Nonces are never used again")]
    public void Our_nonces_are_long_enough_and_never_the_same()
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { IkeProposals = [Proposals.Parse("20/256 prf7 ecp384 mlkem768")] }).Up();
        foreach (Host host in new[] { meddler.Duet.Left, meddler.Duet.Right })
        {
            host.Connection.RekeyChild(meddler.Duet.Now);
            meddler.Run(TimeSpan.FromSeconds(20));
            host.Connection.RekeyIke(meddler.Duet.Now);
            meddler.Run(TimeSpan.FromSeconds(20));
        }

        string[] nonces = [.. meddler.Seen.Where(letter => letter.Has(PayloadType.Nonce)).Select(letter => Convert.ToHexString(letter[PayloadType.Nonce].Body))];
        Assert.Equal(10, nonces.Length);
        Assert.Equal(nonces.Length, nonces.Distinct().Count());
        Assert.All(nonces, nonce => Assert.InRange(nonce.Length / 2, 32, 256));
    }

    [Theory, InlineData(24), InlineData(256)]
    [Rfc(7296, "3.9", "A nonce has 16 to 256 octets")]
    public void Nonces_of_all_permitted_lengths_are_taken(int length)
    {
        using var duet = new Duet();
        duet.Right.Start(duet.Now);

        Assert.NotEmpty(Stranger.ChoiceOf(Assert.Single(new Stranger { Nonce = new byte[length] }.Begin(duet.Right))));
    }

    [Theory, InlineData(Role.Initiator, 15), InlineData(Role.Responder, 257)]
    [Rfc(7296, "3.9", "A nonce of another length is malformed")]
    public void A_nonce_of_another_length_in_CREATE_CHILD_SA_is_answered_with_INVALID_SYNTAX(Role to, int length)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)), letter =>
            letter[PayloadType.Nonce].Body = new byte[length])!;

        Assert.Equal(NotifyType.InvalidSyntax, answer.OnlyError);
    }
}
