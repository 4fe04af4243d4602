using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 2.9, 3.13: traffic selectors.</summary>
public sealed class TrafficSelectorTests
{
    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.9", "Where the policy allows the first selectors, the narrowed answer includes them")]
    public void The_selectors_that_are_named_first_are_within_the_answer(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        ConnectionConfig config = meddler.Of(to).Configs[0];
        TrafficSelector packet = to == Role.Responder ? ChildRequest.Network("10.1.200.7/32") : ChildRequest.Network("10.2.200.7/32");

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)), letter =>
        {
            letter.Remove(PayloadType.TrafficSelectorInitiator);
            letter.Append(writer => TrafficSelectorPayload.Write(
                writer, PayloadType.TrafficSelectorInitiator, [packet, ChildRequest.Network("10.0.0.0/8")]));
        })!;

        List<TrafficSelector> narrowed = ChildRequest.Selectors(answer, PayloadType.TrafficSelectorInitiator);
        Assert.Contains(narrowed, selector => packet.Equals(selector.Intersect(packet)));
        Assert.All(narrowed, selector => Assert.Contains(config.RemoteSelectors, ours => selector.Equals(selector.Intersect(ours))));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.9", "Where no part of the selectors is acceptable, TS_UNACCEPTABLE is the answer")]
    public void Selectors_of_other_networks_are_answered_with_TS_UNACCEPTABLE(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)), letter =>
        {
            letter.Remove(PayloadType.TrafficSelectorResponder);
            letter.Append(writer => TrafficSelectorPayload.Write(writer, PayloadType.TrafficSelectorResponder, [ChildRequest.Network("172.16.0.0/12")]));
        })!;

        Assert.Equal(NotifyType.TsUnacceptable, answer.OnlyError);
        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.9", "TSi is the traffic of who begins the exchange, also where that is not the IKE SA's initiator")]
    public void TSi_is_of_the_end_that_asks(Role by)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);

        Letter request = meddler.First(by, ExchangeType.CreateChildSa, response: false);
        Assert.Equal(meddler.Of(by).Configs[0].LocalSelectors, ChildRequest.Selectors(request, PayloadType.TrafficSelectorInitiator));
        Assert.Equal(meddler.Of(by).Configs[0].RemoteSelectors, ChildRequest.Selectors(request, PayloadType.TrafficSelectorResponder));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.13.1", "A selector for all ports has start port 0 and end port 65535; protocol 0 is any")]
    [Rfc(7296, "3.13", "Reserved octets of a TS payload are sent as zero")]
    public void Selectors_for_all_protocols_name_all_ports(Role from)
    {
        using Meddler meddler = new Meddler().Up();

        Assert.All(meddler.Seen.Where(letter => letter.From == from).SelectMany(letter => letter.Parts).Where(IsSelectors), part =>
        {
            Assert.Equal([1, 0, 0, 0], part.Body[..4]);
            Assert.Equal([7, 0, 0, 16, 0, 0, 0xff, 0xff], part.Body[4..12]);
        });
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.13", "Reserved octets of a TS payload are ignored")]
    public void Reserved_octets_of_TS_payloads_are_ignored(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(from, ExchangeType.IkeAuth, response: from == Role.Responder, letter =>
        {
            foreach (Part part in letter.Parts.Where(IsSelectors))
                part.Body[1] = part.Body[2] = part.Body[3] = 0xff;
        });

        meddler.Up();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.9", "A selector of a type that is not known is left out of the answer, the others are narrowed as usual")]
    public void A_selector_of_an_unknown_type_is_left_out(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, ExchangeType.CreateChildSa, ChildRequest.Of(meddler.Of(to)), letter =>
        {
            Part part = letter[PayloadType.TrafficSelectorInitiator];
            part.Body = [2, .. part.Body[1..4], 240, 0, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8, .. part.Body[4..]];
        })!;

        Assert.Equal(meddler.Of(to).Configs[0].RemoteSelectors, ChildRequest.Selectors(answer, PayloadType.TrafficSelectorInitiator));
    }

    [Theory]
    [InlineData(Role.Initiator, PayloadType.TrafficSelectorInitiator), InlineData(Role.Responder, PayloadType.TrafficSelectorResponder)]
    [Rfc(7296, "2.9", "The answer's selectors are a subset of those that were proposed")]
    internal void An_answer_that_is_wider_than_the_request_makes_no_child(Role by, PayloadType widened)
    {
        using Meddler meddler = new Meddler().Up();
        ChildSa old = meddler.Of(by).Output.Installed[0];
        meddler.Edit(Meddler.Other(by), ExchangeType.CreateChildSa, response: true, letter => letter[widened].Body[12] = 9);
        meddler.Of(by).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run();

        Assert.DoesNotContain(meddler.Of(by).Output.Intents, intent => intent.StartsWith("in", StringComparison.Ordinal) && intent != $"in {old.InboundSpi.Value:x}");
    }

    private static bool IsSelectors(Part part) => part.Type is PayloadType.TrafficSelectorInitiator or PayloadType.TrafficSelectorResponder;
}
