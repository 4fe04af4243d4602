using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 2.8, 2.9.2, 2.18: rekeying.</summary>
public sealed class RekeyTests
{
    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.8", "The Delete of a rekeyed IKE SA is the last request that is sent over it")]
    public void The_last_request_over_a_rekeyed_IKE_SA_is_its_Delete_by_who_rekeyed_it(Role by)
    {
        using Meddler meddler = new Meddler().Up();
        IkeSpi old = meddler.SaOf(by).InitiatorSpi;
        meddler.Of(by).Connection.RekeyIke(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromMinutes(2));

        Letter last = meddler.Seen.Last(letter => letter.Header.InitiatorSpi == old && !letter.IsResponse);
        Assert.Equal((by, ExchangeType.Informational), (last.From, last.Exchange));
        Assert.Equal([1, 0, 0, 0], Assert.Single(last.Parts).Body);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.8", "A rekeyed IKE SA inherits all children of the old one")]
    [Rfc(7296, "2.18", "The new IKE SA has SPIs of its own, and its original initiator is who rekeyed")]
    public void A_rekeyed_IKE_SA_keeps_the_children_and_its_initiator_is_who_rekeyed(Role by)
    {
        using Meddler meddler = new Meddler().Up();
        ChildSa child = meddler.Of(by).Output.Installed[0];
        IkeSpi old = meddler.SaOf(by).InitiatorSpi;
        meddler.Of(by).Connection.RekeyIke(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromMinutes(1));

        meddler.AssertUp();
        Assert.Same(child, meddler.Of(by).Output.Installed[0]);
        Letter asked = meddler.Ask(Meddler.Other(by), ExchangeType.Informational)!;
        Assert.NotEqual(old, asked.Header.InitiatorSpi);
        Assert.False(asked.Header.IsFromInitiator);
        Assert.True(meddler.SaOf(by).IsInitiator);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.8", "A rekeyed child is deleted by who rekeyed it, when the new one is up")]
    public void The_old_child_is_deleted_by_who_rekeyed_it_and_only_then(Role by)
    {
        using Meddler meddler = new Meddler().Up();
        ChildSa old = meddler.Of(by).Output.Installed[0];
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(30));

        Letter delete = Assert.Single(meddler.Seen, letter => !letter.IsResponse && letter.Has(PayloadType.Delete));
        Assert.Equal(by, delete.From);
        Assert.Equal([3, 4, 0, 1, .. ChildRequest.Octets(old.InboundSpi)], delete[PayloadType.Delete].Body);
        Assert.True(meddler.Seen.IndexOf(delete) > meddler.Seen.FindIndex(letter => letter is { Exchange: ExchangeType.CreateChildSa, IsResponse: true }));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.9.2", "The new child's selectors are not narrower than those of the old one")]
    public void A_rekeyed_child_has_the_selectors_of_the_old_one(Role by)
    {
        using Meddler meddler = new Meddler(responder: c => c with { LocalSelectors = [ChildRequest.Network("10.2.0.0/17")] }).Up();
        ChildSa old = meddler.Of(by).Output.Installed[0];
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(30));

        ChildSa child = meddler.Of(by).Output.Installed[0];
        Assert.NotSame(old, child);
        Assert.Equal(old.LocalSelectors, child.LocalSelectors);
        Assert.Equal(old.RemoteSelectors, child.RemoteSelectors);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.8", "An SA is not used beyond its lifetime: where no rekey comes to pass it is closed")]
    public void A_child_that_cannot_be_rekeyed_is_closed_at_the_end_of_its_lifetime(Role by)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { ChildLifetime = TimeSpan.FromMinutes(10), IkeLifetime = TimeSpan.FromHours(20) }).Up();
        ChildSa old = meddler.Of(by).Output.Installed[0];
        meddler.Edit(letter => letter.Exchange == ExchangeType.CreateChildSa && letter.IsResponse, letter =>
            letter.Replace(writer => NotifyPayload.Write(writer, NotifyType.TemporaryFailure)));
        meddler.Edit(letter => letter.IsOfInit, letter => letter.IsLost = true);

        meddler.Run(TimeSpan.FromMinutes(11));

        Assert.DoesNotContain(old, meddler.Of(by).Output.Installed);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.25", "After TEMPORARY_FAILURE the operation is not retried at once, but after a wait")]
    public void TEMPORARY_FAILURE_is_followed_by_a_wait_and_then_by_another_try(Role by)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Edit(Meddler.Other(by), ExchangeType.CreateChildSa, response: true, letter =>
            letter.Replace(writer => NotifyPayload.Write(writer, NotifyType.TemporaryFailure)));
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);

        meddler.Run(TimeSpan.FromSeconds(4));
        Assert.Single(meddler.All(by, ExchangeType.CreateChildSa, response: false));

        meddler.Run(TimeSpan.FromSeconds(20));
        Assert.True(meddler.All(by, ExchangeType.CreateChildSa, response: false).Count() > 1);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.25", "An IKE SA whose peer answers with TEMPORARY_FAILURE for minutes is closed (SHOULD), when another one has taken over")]
    public void Minutes_of_TEMPORARY_FAILURE_end_the_IKE_SA(Role by)
    {
        using Meddler meddler = new Meddler().Up();
        IkeSa old = meddler.SaOf(by);
        meddler.Edit(Meddler.Other(by), ExchangeType.CreateChildSa, response: true, letter =>
            letter.Replace(writer => NotifyPayload.Write(writer, NotifyType.TemporaryFailure)));
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);

        meddler.Run(TimeSpan.FromMinutes(2));
        Assert.Same(old, meddler.SaOf(by));

        meddler.Run(TimeSpan.FromMinutes(3));
        Assert.All(Enum.GetValues<Role>(), role => Assert.False(meddler.Of(role).Connection.Owns(old.InitiatorSpi, old.ResponderSpi)));
        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.25.1", "A rekey of a child that is not there is answered with CHILD_SA_NOT_FOUND and its SPI")]
    public void A_rekey_of_an_unknown_child_is_answered_with_CHILD_SA_NOT_FOUND(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Rekeying(meddler.Of(to), new EspSpi(0x99999999)))!;

        Assert.Equal([3, 4, 0, 44, 0x99, 0x99, 0x99, 0x99], Assert.Single(answer.Parts).Body);
        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.25.1", "Who gets CHILD_SA_NOT_FOUND deletes that child silently, and makes one from scratch where it is wanted")]
    public void CHILD_SA_NOT_FOUND_removes_the_child_without_a_Delete(Role by)
    {
        using Meddler meddler = new Meddler().Up();
        ChildSa old = meddler.Of(by).Output.Installed[0];
        meddler.Edit(Meddler.Other(by), ExchangeType.CreateChildSa, response: true, letter =>
            letter.Replace(writer => NotifyPayload.Write(writer, NotifyType.ChildSaNotFound, [], ProtocolId.Esp, ChildRequest.Octets(old.InboundSpi))));
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run();

        Assert.DoesNotContain(old, meddler.Of(by).Output.Installed);
        Assert.DoesNotContain(meddler.Seen, letter => letter.From == by && letter.Exchange == ExchangeType.Informational);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.25.2", "While the IKE SA is being closed, creations are answered with TEMPORARY_FAILURE")]
    public void A_creation_that_crosses_the_Delete_of_the_IKE_SA_is_put_off(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Edit(to, ExchangeType.Informational, response: false, letter => letter.IsLost = true);
        Letter request = meddler.Request(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)));
        meddler.Of(to).Connection.Close(meddler.Duet.Now);

        Assert.Equal(NotifyType.TemporaryFailure, meddler.Ask(request)!.OnlyError);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.25.2", "While we rekey the IKE SA, creations of children are answered with TEMPORARY_FAILURE")]
    public void A_child_that_is_asked_for_while_we_rekey_the_IKE_SA_is_put_off(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Edit(to, ExchangeType.CreateChildSa, response: false, letter => letter.IsLost = true);
        Letter request = meddler.Request(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)));
        meddler.Of(to).Connection.RekeyIke(meddler.Duet.Now);

        Assert.Equal(NotifyType.TemporaryFailure, meddler.Ask(request)!.OnlyError);
    }
}
