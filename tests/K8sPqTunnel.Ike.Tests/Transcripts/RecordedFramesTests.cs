using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

public sealed class RecordedFramesTests
{
    public static TheoryData<string> Recorded => TranscriptFiles.Names;

    [Fact]
    public void No_recorded_frame_is_left_out()
    {
        List<TranscriptExchange> all = [.. TranscriptFiles.LoadAll().SelectMany(t => t.Exchanges)];

        Assert.Equal(24, all.Where(e => e.Request is null).Sum(e => e.RequestFrames.Count + e.ResponseFrames.Count));
        Assert.Equal(185, all.Where(e => e.Request is not null).Sum(e => e.RequestFrames.Count + e.ResponseFrames.Count));
    }

    [Theory, MemberData(nameof(Recorded))]
    public void Every_recorded_message_decrypts_to_the_recorded_payloads(string name)
    {
        Transcript transcript = TranscriptFiles.Load(name);
        RecordedKeys keys = new(transcript);
        foreach (TranscriptExchange exchange in transcript.Exchanges.Where(e => e.Request is not null))
        {
            AssertMessage(keys, exchange.RequestFrames, exchange.Request!, exchange.Intauth?.I);
            AssertMessage(keys, exchange.ResponseFrames, exchange.Response!, exchange.Intauth?.R);
        }
    }

    [Theory, MemberData(nameof(Recorded))]
    public void Fragments_come_together_in_any_order_and_doubled(string name)
    {
        Transcript transcript = TranscriptFiles.Load(name);
        RecordedKeys keys = new(transcript);
        foreach (TranscriptExchange exchange in transcript.Exchanges.Where(e => e.RequestFrames.Count > 1 && e.Request is not null))
            AssertMessage(keys, [exchange.RequestFrames[^1], .. exchange.RequestFrames.Reverse()], exchange.Request!, exchange.Intauth?.I);
    }

    [Theory, MemberData(nameof(Recorded))]
    public void Every_recorded_IKE_SA_INIT_follows_the_rules(string name)
    {
        IEnumerable<TranscriptExchange> inits = TranscriptFiles.Load(name).Exchanges.Where(e => e.Request is null);
        foreach (byte[] frame in inits.SelectMany(e => e.RequestFrames.Concat(e.ResponseFrames)))
        {
            Assert.Equal(ParseError.None, IkeHeader.TryRead(frame, out IkeHeader header));
            var message = new IkeMessage(header, frame.AsSpan(0, 28), header.NextPayload, frame.AsSpan(28), Inside.Clear);

            Assert.Equal(MessageFault.None, message.Check(out _));
            byte[] headerAgain = new byte[IkeHeader.Length];
            header.Write(headerAgain);
            Assert.Equal(frame[..IkeHeader.Length], headerAgain);
            Assert.Equal(frame[IkeHeader.Length..], Rewrite(message));
        }
    }

    private static void AssertMessage(
        RecordedKeys keys, IReadOnlyList<byte[]> frames, TranscriptMessage expected, TranscriptIntAuth? intAuth)
    {
        Reassembler parts = new(new FragmentMemory());
        foreach (byte[] frame in frames)
        {
            (IkeHeader header, OpenedPart part, byte[] opened) = keys.Open(frame);
            byte[] headers = opened[..SealedLayout.HeadersLength], payloads = opened[part.Content];
            PayloadType first = part.First;
            if (part.IsFragment)
            {
                if (parts.Add(TimeSpan.Zero, headers, part, payloads) != ReassemblyResult.Complete)
                    continue;
                (headers, first, payloads) = (parts.HeaderOctets, parts.First, parts.Take());
            }

            Assert.Equal(expected.FirstPayload, (int)first);
            Assert.Equal(expected.InnerPlaintext, payloads);
            var message = new IkeMessage(header, headers, first, payloads, Inside.Encrypted);
            Assert.Equal(MessageFault.None, message.Check(out _));
            AssertPayloads(expected, message);
            Assert.Equal(expected.InnerPlaintext, Rewrite(message));
            if (intAuth is not null)
                Assert.Equal(intAuth.A, WithIntAuthLengths(headers, payloads.Length));
            return;
        }

        Assert.Fail("the message is not complete");
    }

    private static void AssertPayloads(TranscriptMessage expected, in IkeMessage message)
    {
        int index = 0;
        PayloadReader reader = message.Read();
        while (reader.TryRead(out RawPayload payload))
        {
            Assert.Equal(expected.Payloads[index].Type, (int)payload.Type);
            Assert.Equal(expected.Payloads[index].Body, payload.Body.ToArray());
            index++;
        }

        Assert.Equal(expected.Payloads.Count, index);
    }

    private static byte[] WithIntAuthLengths(byte[] headers, int payloads)
    {
        byte[] adjusted = [.. headers];
        BinaryPrimitives.WriteUInt32BigEndian(adjusted.AsSpan(24), (uint)(SealedLayout.HeadersLength + payloads));
        BinaryPrimitives.WriteUInt16BigEndian(adjusted.AsSpan(30), (ushort)(4 + payloads));
        return adjusted;
    }

    /// <summary>Reads each payload with its reader and writes it with its writer.</summary>
    private static byte[] Rewrite(in IkeMessage message)
    {
        using PayloadWriter writer = new();
        PayloadReader reader = message.Read();
        while (reader.TryRead(out RawPayload payload))
            Rewrite(writer, payload);
        Assert.Equal(ParseError.None, reader.Error);
        Assert.Equal(message.First, writer.First);
        return writer.Octets.ToArray();
    }

    private static void Rewrite(PayloadWriter writer, RawPayload payload)
    {
        switch (payload.Type)
        {
            case PayloadType.SecurityAssociation:
                RewriteProposals(writer, payload.Body);
                break;
            case PayloadType.KeyExchange:
                Assert.True(KeyExchangePayload.TryRead(payload.Body, out KeyExchangePayload ke));
                KeyExchangePayload.Write(writer, ke.Method, ke.Data);
                break;
            case PayloadType.Nonce:
                Assert.True(NoncePayload.IsValid(payload.Body));
                NoncePayload.Write(writer, payload.Body);
                break;
            case PayloadType.Notify:
                Assert.True(NotifyPayload.TryRead(payload.Body, out NotifyPayload notify));
                NotifyPayload.Write(writer, notify.Type, notify.Data, notify.Protocol, notify.Spi);
                break;
            case PayloadType.Authentication:
                Assert.True(AuthenticationPayload.TryRead(payload.Body, out AuthenticationPayload auth));
                AuthenticationPayload.Write(writer, auth.Method, auth.Data);
                break;
            case PayloadType.TrafficSelectorInitiator or PayloadType.TrafficSelectorResponder:
                Assert.True(TrafficSelectorPayload.TryRead(payload.Body, out List<TrafficSelector> selectors));
                TrafficSelectorPayload.Write(writer, payload.Type, selectors);
                break;
            case PayloadType.Delete:
                RewriteDelete(writer, payload.Body);
                break;
            default:
                writer.Begin(payload.Type);
                writer.Put(payload.Body);
                writer.End();
                break;
        }
    }

    private static void RewriteProposals(PayloadWriter writer, ReadOnlySpan<byte> body)
    {
        List<OfferedProposal> proposals = OfferedProposal.ReadAll(body);
        ProposalReader first = new(body);
        Assert.True(first.TryRead(out ProposalView view));
        IReadOnlyList<IReadOnlyList<Transform>> transforms = [.. proposals.Select(p => p.Transforms)];
        SaPayload.Write(writer, view.Protocol, proposals[0].Spi, transforms, proposals[0].Number);
    }

    private static void RewriteDelete(PayloadWriter writer, ReadOnlySpan<byte> body)
    {
        Assert.True(DeletePayload.TryRead(body, out DeletePayload delete));
        if (delete.Protocol == ProtocolId.Ike)
        {
            DeletePayload.WriteIke(writer);
            return;
        }

        List<EspSpi> spis = [];
        for (int i = 0; i < delete.Count; i++)
            spis.Add(delete[i]);
        DeletePayload.WriteEsp(writer, spis);
    }
}
