using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 2.2, 2.3: message IDs and the window.</summary>
public sealed class MessageIdTests
{
    [Fact]
    [Rfc(7296, "2.2", "The message ID is 0 in IKE_SA_INIT and grows by one with each exchange")]
    public void Message_IDs_count_the_exchanges_from_0()
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Duet.Left.Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(10));

        Letter[] requests = [.. meddler.Seen.Where(letter => letter is { From: Role.Initiator, IsResponse: false })];
        Assert.Equal(Enumerable.Range(0, requests.Length).Select(id => (uint)id), requests.Select(letter => letter.Header.MessageId));
        Assert.True(requests.Length >= 4);
        Assert.Equal((ExchangeType.IkeAuth, 2u), (requests[2].Exchange, requests[2].Header.MessageId));
    }

    [Fact]
    [Rfc(7296, "2.2", "Also retries of IKE_SA_INIT have message ID 0")]
    public void Retries_of_IKE_SA_INIT_have_message_ID_0()
    {
        using Meddler meddler = new(limits: EndpointLimits.Default with { CookiesFrom = 0 });
        meddler.Start();

        Letter[] requests = [.. meddler.All(Role.Initiator, ExchangeType.IkeSaInit, response: false)];
        Assert.Equal(2, requests.Length);
        Assert.All(requests, letter => Assert.Equal(0u, letter.Header.MessageId));
        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.2", "Both ends count their own requests; a response has the ID of its request")]
    public void Each_end_counts_its_own_requests(Role from)
    {
        using Meddler meddler = new Meddler().Up();

        uint id = meddler.Request(Meddler.Other(from), ExchangeType.Informational).Header.MessageId;
        Letter answer = meddler.Ask(Meddler.Other(from), ExchangeType.Informational)!;

        Assert.Equal(from == Role.Initiator ? 3u : 0u, id);
        Assert.Equal(id, answer.Header.MessageId);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.2", "Message IDs begin at 0 for both ends of an IKE SA that a rekey has made")]
    [Rfc(7296, "2.18", "The message counters of the new IKE SA are set to 0")]
    public void After_a_rekey_message_IDs_begin_at_0_again(Role by)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Of(by).Connection.RekeyIke(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(5));
        int before = meddler.Seen.Count;

        foreach (Role role in new[] { Role.Initiator, Role.Responder })
            meddler.Of(role).Connection.RekeyChild(meddler.Duet.Now + (role == by ? TimeSpan.Zero : TimeSpan.FromSeconds(20)));
        meddler.Run(TimeSpan.FromSeconds(40));

        foreach (Role role in new[] { Role.Initiator, Role.Responder })
            Assert.Equal(0u, meddler.Seen.Skip(before).First(letter => letter.From == role && !letter.IsResponse).Header.MessageId);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.3")]
    public void An_end_waits_for_the_answer_before_its_next_request(Role from)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Edit(Meddler.Other(from), ExchangeType.CreateChildSa, response: true, letter => letter.IsLost = true);
        int before = meddler.Seen.Count;

        meddler.Of(from).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Of(from).Connection.RekeyIke(meddler.Duet.Now);
        meddler.Of(from).Connection.Close(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(20));

        Assert.Single(meddler.Seen.Skip(before).Where(letter => letter.From == from && !letter.IsResponse).DistinctBy(letter => letter.Header.MessageId));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.3", "A request is processed while one of our own is outstanding")]
    public void An_end_answers_while_it_waits_for_an_answer_itself(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Edit(Meddler.Other(to), ExchangeType.CreateChildSa, response: true, letter => letter.IsLost = true);
        meddler.Of(to).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run();

        Assert.Empty(meddler.Ask(to, ExchangeType.Informational)!.Parts);
    }

    [Theory]
    [InlineData(Role.Initiator, 1), InlineData(Role.Initiator, 2), InlineData(Role.Initiator, 1000)]
    [InlineData(Role.Responder, 1), InlineData(Role.Responder, 1000), InlineData(Role.Responder, -3)]
    [Rfc(7296, "2.3", "A request outside the window is not acknowledged, and its error is not told in a response")]
    public void A_request_outside_the_window_is_not_answered(Role to, int ahead)
    {
        using Meddler meddler = new Meddler().Up();
        Letter letter = meddler.Request(to, ExchangeType.Informational);
        letter.Header = letter.Header with { MessageId = (uint)(letter.Header.MessageId + ahead) };

        Assert.Empty(meddler.Deliver(to, meddler.Sealed(letter)));
        Assert.Empty(meddler.Ask(to, ExchangeType.Informational)!.Parts);
        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.2", "Message IDs protect against replay")]
    public void A_recorded_request_is_not_carried_out_again(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        Letter first = meddler.Request(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)));
        byte[] recorded = meddler.Sealed(first);
        meddler.Ask(first);
        meddler.Ask(to, ExchangeType.Informational);

        Assert.Empty(meddler.Deliver(to, recorded));
        Assert.Equal(2, meddler.Of(to).Output.Installed.Count);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.3", "SET_WINDOW_SIZE is taken note of; nobody has to make use of a larger window")]
    public void A_larger_window_is_passed_over(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Assert.Empty(meddler.Ask(to, ExchangeType.Informational, writer => NotifyPayload.Write(writer, (NotifyType)16385, [0, 0, 0, 5]))!.Parts);
        meddler.AssertUp();
    }
}
