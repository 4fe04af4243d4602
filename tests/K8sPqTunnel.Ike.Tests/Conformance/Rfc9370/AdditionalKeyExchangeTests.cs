using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc9370;

/// <summary>RFC 9370: additional key exchanges.</summary>
public sealed class AdditionalKeyExchangeTests
{
    private static readonly EspProposal Hybrid = RekeyingTests.Esp(Transform.Of(KeyExchangeMethod.Ecp384), Transform.Additional(1, KeyExchangeMethod.MlKem768));

    [Fact]
    [Rfc(9370, "2.2.2", "A KE payload of another method than negotiated ends the attempt")]
    public void Another_method_in_IKE_INTERMEDIATE_is_refused_with_INVALID_SYNTAX()
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Initiator, ExchangeType.IkeIntermediate, response: false, letter => letter[PayloadType.KeyExchange].Body[1] = 37);
        meddler.Start();

        Assert.Equal(NotifyType.InvalidSyntax, meddler.First(Role.Responder, ExchangeType.IkeIntermediate, response: true).OnlyError);
        Assert.DoesNotContain(meddler.Seen, letter => letter.Exchange == ExchangeType.IkeAuth);
    }

    [Fact]
    [Rfc(9370, "2.2.2", "A key of another method in the answer ends the attempt too")]
    public void Another_method_in_the_answer_leads_to_no_IKE_AUTH()
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Responder, ExchangeType.IkeIntermediate, response: true, letter => letter[PayloadType.KeyExchange].Body[1] = 37);
        meddler.Start();

        Assert.DoesNotContain(meddler.Seen, letter => letter.Exchange == ExchangeType.IkeAuth);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(9370, "2.2.4", "The answer to CREATE_CHILD_SA has ADDITIONAL_KEY_EXCHANGE, the IKE_FOLLOWUP_KE request repeats its data, the last answer has none")]
    public void IKE_FOLLOWUP_KE_carries_the_link_of_the_answer_before(Role by)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { EspProposals = [Hybrid] }).Up();
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(30));

        byte[] link = meddler.First(Meddler.Other(by), ExchangeType.CreateChildSa, response: true).Notify(NotifyType.AdditionalKeyExchange).NotifyData;
        Letter request = Assert.Single(meddler.All(by, ExchangeType.IkeFollowupKe, response: false));
        Letter answer = Assert.Single(meddler.All(Meddler.Other(by), ExchangeType.IkeFollowupKe, response: true));
        Assert.Equal(link, request.Notify(NotifyType.AdditionalKeyExchange).NotifyData);
        Assert.Equal(36, request[PayloadType.KeyExchange].Body[1]);
        Assert.Equal([PayloadType.KeyExchange], answer.Parts.Select(part => part.Type));
        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator, 1), InlineData(Role.Responder, 200)]
    [Rfc(9370, "2.2.4", "The link's data are opaque and of any size; they come back unchanged")]
    public void A_link_of_any_size_is_repeated_octet_by_octet(Role by, int length)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { EspProposals = [Hybrid] }).Up();
        byte[] link = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        meddler.Edit(Meddler.Other(by), ExchangeType.CreateChildSa, response: true, letter =>
            letter.Notify(NotifyType.AdditionalKeyExchange).Body = [0, 0, 0x40, 0x39, .. link]);
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run();

        Assert.Equal(link, meddler.First(by, ExchangeType.IkeFollowupKe, response: false).Notify(NotifyType.AdditionalKeyExchange).NotifyData);
    }

    [Theory]
    [InlineData(Role.Initiator, false), InlineData(Role.Initiator, true), InlineData(Role.Responder, false), InlineData(Role.Responder, true)]
    [Rfc(9370, "2.2.4", "IKE_FOLLOWUP_KE whose link is not known is answered with STATE_NOT_FOUND")]
    public void An_unknown_link_is_answered_with_STATE_NOT_FOUND(Role to, bool isMissing)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.IkeFollowupKe, writer =>
        {
            using KeyExchange key = new SystemKeyExchangeSource().Start(KeyExchangeMethod.MlKem768);
            KeyExchangePayload.Write(writer, KeyExchangeMethod.MlKem768, key.Data);
            if (!isMissing)
                NotifyPayload.Write(writer, NotifyType.AdditionalKeyExchange, [1, 2, 3]);
        })!;

        Assert.Equal(NotifyType.StateNotFound, answer.OnlyError);
        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(9370, "2.2.4", "Who gets STATE_NOT_FOUND gives the new SA up, keeps the old one, and may begin again")]
    public void STATE_NOT_FOUND_gives_the_rekey_up_and_leaves_the_old_child(Role by)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { EspProposals = [Hybrid] }).Up();
        ChildSa old = meddler.Of(by).Output.Installed[0];
        meddler.Edit(by, ExchangeType.IkeFollowupKe, response: false, letter => letter.Notify(NotifyType.AdditionalKeyExchange).Body[^1] ^= 0xff);
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(NotifyType.StateNotFound, meddler.First(Meddler.Other(by), ExchangeType.IkeFollowupKe, response: true).OnlyError);
        Assert.Same(old, Assert.Single(meddler.Of(by).Output.Installed));

        meddler.Behave();
        meddler.Run(TimeSpan.FromMinutes(2));
        meddler.AssertUp();
        Assert.NotSame(old, meddler.Of(by).Output.Installed[0]);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(9370, "2.2.4", "The new SA is there only after the last IKE_FOLLOWUP_KE")]
    public void No_child_is_made_before_the_last_IKE_FOLLOWUP_KE(Role by)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { EspProposals = [Hybrid] }).Up();
        meddler.Edit(by, ExchangeType.IkeFollowupKe, response: false, letter => letter.IsLost = true);
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(3));

        Assert.Single(meddler.Duet.Left.Output.Installed);
        Assert.Single(meddler.Duet.Right.Output.Installed);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(9370, "2.2.4", "Other exchanges may run between CREATE_CHILD_SA and IKE_FOLLOWUP_KE")]
    public void Other_exchanges_run_between_CREATE_CHILD_SA_and_IKE_FOLLOWUP_KE(Role by)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { EspProposals = [Hybrid] }).Up();
        meddler.Edit(by, ExchangeType.IkeFollowupKe, response: false, letter => letter.IsLost = true);
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run();

        Assert.Empty(meddler.Ask(by, ExchangeType.Informational)!.Parts);
        meddler.Behave();
        meddler.Run(TimeSpan.FromSeconds(30));
        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(9370, "2.2.4", "An answer without the link where key exchanges have to follow is no answer to go on with")]
    public void An_answer_without_the_link_makes_no_child(Role by)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { EspProposals = [Hybrid] }).Up();
        meddler.Edit(Meddler.Other(by), ExchangeType.CreateChildSa, response: true, letter => letter.Remove(NotifyType.AdditionalKeyExchange));
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run();

        Assert.DoesNotContain(meddler.Seen, letter => letter.Exchange == ExchangeType.IkeFollowupKe);
        Assert.Single(meddler.Of(by).Output.Of<Events.ChildUp>());
    }
}
