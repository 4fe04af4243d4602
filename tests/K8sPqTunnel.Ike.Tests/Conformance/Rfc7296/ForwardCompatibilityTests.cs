using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 2.5, 3.2: versions, payloads that are not known, their order.</summary>
public sealed class ForwardCompatibilityTests
{
    private const byte Unknown = 200;

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.5", "A message with a higher major version is dropped")]
    public void A_message_of_a_higher_major_version_under_the_right_keys_is_dropped(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Letter? answer = meddler.Ask(to, ExchangeType.Informational, DeletePayload.WriteIke, letter => letter.Version = 0x30);

        Assert.Null(answer);
        meddler.AssertUp();
    }

    [Theory]
    [InlineData(Role.Initiator, ExchangeType.Informational), InlineData(Role.Responder, ExchangeType.Informational)]
    [InlineData(Role.Initiator, ExchangeType.CreateChildSa), InlineData(Role.Responder, ExchangeType.CreateChildSa)]
    [Rfc(7296, "2.5", "A request with an unknown critical payload is rejected by UNSUPPORTED_CRITICAL_PAYLOAD with its type")]
    internal void An_unknown_critical_payload_is_refused_whole(Role to, ExchangeType exchange)
    {
        using Meddler meddler = new Meddler().Up();

        Letter answer = meddler.Ask(to, exchange, exchange == ExchangeType.CreateChildSa ? ChildRequest.Of(meddler.Of(to)) : DeletePayload.WriteIke, letter =>
            letter.Parts.Add(new Part((PayloadType)Unknown, [1, 2, 3]) { Flags = GenericHeader.CriticalBit }))!;

        Assert.Equal(NotifyType.UnsupportedCriticalPayload, answer.OnlyError);
        Assert.Equal([Unknown], answer.Parts[0].NotifyData);
        meddler.AssertUp();
    }

    [Theory]
    [InlineData(ExchangeType.IkeIntermediate), InlineData(ExchangeType.IkeAuth)]
    [Rfc(7296, "2.5", "An unknown critical payload is rejected by its type also before anybody is authenticated")]
    [Rfc(7296, "2.21.2", "Such a request is rejected in its entirety, and brings only that error")]
    internal void An_unknown_critical_payload_before_authentication_brings_that_error_alone(ExchangeType exchange)
    {
        using Meddler meddler = new();
        meddler.Edit(Role.Initiator, exchange, response: false, letter =>
            letter.Parts.Add(new Part((PayloadType)Unknown, []) { Flags = GenericHeader.CriticalBit }));
        meddler.Start();

        Letter answer = meddler.First(Role.Responder, exchange, response: true);
        Assert.Equal(NotifyType.UnsupportedCriticalPayload, answer.OnlyError);
        Assert.Equal([Unknown], answer.Parts[0].NotifyData);
        Assert.Empty(meddler.Duet.Right.Output.Installed);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.5", "An unknown payload that is not critical is ignored")]
    public void Unknown_payloads_anywhere_are_passed_over_in_all_exchanges(Role from)
    {
        using Meddler meddler = new();
        // Not in IKE_INTERMEDIATE: AUTH covers it as its end has written it (RFC 9242 3.3.2).
        meddler.Edit(letter => letter.From == from && letter.Exchange != ExchangeType.IkeIntermediate, letter =>
        {
            letter.Parts.Insert(0, new Part((PayloadType)Unknown, [1, 2, 3, 4]));
            letter.Parts.Add(new Part((PayloadType)201, []));
        });
        meddler.Up();
        meddler.Of(from).Connection.RekeyIke(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(5));

        meddler.AssertUp();
        Assert.Equal(2, meddler.Duet.Right.Output.Of<Events.IkeSaEstablished>().Count());
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.5", "Payloads may come in any order")]
    public void The_order_of_payloads_does_not_matter(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(letter => letter.From == from && letter.Exchange != ExchangeType.IkeIntermediate, letter => letter.Parts.Reverse());
        meddler.Up();
        meddler.Of(from).Connection.RekeyChild(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(10));

        meddler.AssertUp();
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.5", "Responses, and payloads that RFC 7296 defines, never have the critical flag")]
    [Rfc(7296, "3.2", "The critical flag and the reserved bits are sent as zero")]
    public void We_never_set_the_critical_flag_nor_reserved_bits(Role by)
    {
        using Meddler meddler = new Meddler().Up();
        meddler.Of(by).Connection.RekeyIke(meddler.Duet.Now);
        meddler.Run(TimeSpan.FromSeconds(5));

        Assert.All(meddler.Seen.SelectMany(letter => letter.Parts), part => Assert.Equal(0, part.Flags));
        Assert.All(meddler.Seen.Where(letter => !letter.IsOfInit), letter => Assert.Equal(0, letter.Original[IkeHeader.Length + 1]));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.2", "The critical flag of a payload that is known, and the reserved bits of all, are ignored")]
    public void Critical_flag_and_reserved_bits_of_known_payloads_are_ignored(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(letter => letter.From == from && letter.Exchange != ExchangeType.IkeIntermediate, letter =>
        {
            letter.Parts.ForEach(part => part.Flags = 0xff);
            letter.OuterFlags = 0xff;
        });

        meddler.Up();
        Assert.Empty(meddler.Ask(Meddler.Other(from), ExchangeType.Informational)!.Parts);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "2.5", "The critical flag is about the payload type, not about what is inside")]
    public void An_unknown_Notify_in_a_critical_payload_is_not_refused(Role to)
    {
        using Meddler meddler = new Meddler().Up();

        Assert.Empty(meddler.Ask(to, ExchangeType.Informational, change: letter =>
            letter.Parts.Add(new Part(PayloadType.Notify, [0, 0, 0x9f, 0xff]) { Flags = GenericHeader.CriticalBit }))!.Parts);
    }

    [Fact]
    [Rfc(7296, "2.5", "A responder that gets major version 3 drops the message, and says that it speaks 2")]
    public void INVALID_MAJOR_VERSION_comes_with_version_2_in_its_header()
    {
        using var duet = new Duet();
        duet.Right.Start(duet.Now);
        Stranger stranger = new();
        byte[] request = stranger.Request();
        request[IkeHeader.VersionOffset] = 0x30;

        byte[] answer = Assert.Single(stranger.Send(duet.Right, request));

        Assert.Equal(NotifyType.InvalidMajorVersion, Stranger.NotifyOf(answer).Type);
        Assert.Equal(0x20, answer[IkeHeader.VersionOffset]);
        Assert.Equal(0, duet.Right.Endpoint.HalfOpenCount);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.12", "Vendor IDs that are not known are ignored")]
    public void Unknown_vendor_IDs_are_ignored(Role from)
    {
        using Meddler meddler = new();
        meddler.Edit(letter => letter.From == from && letter.Exchange is ExchangeType.IkeSaInit or ExchangeType.IkeAuth, letter =>
            letter.Parts.Insert(0, new Part(PayloadType.VendorId, [0xde, 0xad])));

        meddler.Up();
    }
}
