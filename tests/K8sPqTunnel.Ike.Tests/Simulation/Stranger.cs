using System.Net;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>Somebody who sends an IKE_SA_INIT request and then waits.</summary>
internal sealed record Stranger
{
    private static readonly SystemKeyExchangeSource Keys = new();

    /// <summary>As the responder sees it.</summary>
    public PeerPath Path { get; init; } = new(IPEndPoint.Parse("198.51.100.7:500"), IPEndPoint.Parse("192.0.2.1:500"));

    public IkeSpi Spi { get; init; } = new(0x0102030405060708);

    public byte[] Nonce { get; init; } = [.. Enumerable.Repeat((byte)7, 32)];

    public IReadOnlyList<IReadOnlyList<Transform>> Offer { get; init; } = [World.Hybrid.Transforms];

    public KeyExchangeMethod Method { get; init; } = KeyExchangeMethod.Ecp384;

    /// <summary>Null for one that is right.</summary>
    public byte[]? Key { get; init; }

    public byte[] Cookie { get; init; } = [];

    public bool AnnouncesIntermediate { get; init; } = true;

    /// <summary>Writes what else is said.</summary>
    public Action<PayloadWriter> Adds { get; init; } = _ => { };

    public byte[] Request()
    {
        using var writer = new PayloadWriter();
        if (Cookie.Length > 0)
            NotifyPayload.Write(writer, NotifyType.Cookie, Cookie);
        SaPayload.Write(writer, ProtocolId.Ike, [], Offer);
        using KeyExchange key = Keys.Start(Method);
        KeyExchangePayload.Write(writer, Method, Key ?? key.Data);
        NoncePayload.Write(writer, Nonce);
        if (AnnouncesIntermediate)
            NotifyPayload.Write(writer, NotifyType.IntermediateExchangeSupported);
        Adds(writer);
        byte[] message = [.. new byte[IkeHeader.Length], .. writer.Octets];
        new IkeHeader(Spi, default, writer.First, ExchangeType.IkeSaInit, HeaderFlags.Initiator, 0, message.Length).Write(message);
        return message;
    }

    /// <summary>Sends the request; what came back at once.</summary>
    public List<byte[]> Begin(Host host, TimeSpan now = default) => Send(host, Request(), now);

    public List<byte[]> Send(Host host, byte[] datagram, TimeSpan now = default)
    {
        int before = host.Output.Sent.Count;
        host.Endpoint.Receive(now, Path, datagram);
        return [.. host.Output.Sent.Skip(before).Select(sent => sent.Message)];
    }

    /// <summary>The only Notify of an answer in the open.</summary>
    public static (NotifyType Type, byte[] Data) NotifyOf(byte[] answer)
    {
        Assert.Equal(ParseError.None, IkeHeader.TryRead(answer, out IkeHeader header));
        Assert.True(header.IsResponse);
        Assert.False(header.IsFromInitiator);
        Assert.True(header.ResponderSpi.IsZero);
        PayloadReader reader = new(answer.AsSpan(IkeHeader.Length), header.NextPayload);
        Assert.True(reader.TryRead(out RawPayload payload));
        Assert.Equal(PayloadType.Notify, payload.Type);
        Assert.True(NotifyPayload.TryRead(payload.Body, out NotifyPayload notify));
        (NotifyType, byte[]) found = (notify.Type, notify.Data.ToArray());
        Assert.False(reader.TryRead(out _));
        Assert.Equal(ParseError.None, reader.Error);
        return found;
    }

    /// <summary>The transforms that an answer takes.</summary>
    public static IReadOnlyList<Transform> ChoiceOf(byte[] answer)
    {
        Assert.Equal(ParseError.None, IkeHeader.TryRead(answer, out IkeHeader header));
        Assert.False(header.ResponderSpi.IsZero);
        PayloadReader reader = new(answer.AsSpan(IkeHeader.Length), header.NextPayload);
        Assert.True(reader.TryRead(out RawPayload payload));
        Assert.Equal(PayloadType.SecurityAssociation, payload.Type);
        return Assert.Single(OfferedProposal.ReadAll(payload.Body)).Transforms;
    }
}
