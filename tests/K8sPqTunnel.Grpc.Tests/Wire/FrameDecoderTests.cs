using System.Buffers;
using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using K8sPqTunnel.Grpc.Wire;

namespace K8sPqTunnel.Grpc.Tests.Wire;

public sealed class FrameDecoderTests
{
    private const int Limit = 1000;

    [Fact]
    public void Any_split_of_the_bytes_decodes_to_the_same_messages() =>
        Prop.ForAll<byte[][], int[]>((bodies, cuts) =>
        {
            byte[] wire = [.. bodies.Where(static b => b is not null).SelectMany(Frame)];
            IEnumerable<byte[]> decoded = DecodeAll(Segmented(wire, cuts));
            return decoded.Select(Convert.ToHexString).SequenceEqual(bodies.Where(static b => b is not null).Select(Convert.ToHexString));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Messages_arrive_whole_however_the_transport_cuts_them() =>
        Prop.ForAll<NonNull<string>[], int[]>(async (texts, cuts) =>
        {
            StringValue[] sent = [.. texts.Select(static t => new StringValue { Value = WellFormed(t.Get) })];
            byte[] wire = [.. sent.SelectMany(static m => Frame(m.ToByteArray()))];
            return (await ReadAllAsync(wire, cuts)).SequenceEqual(sent);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("", nameof(FrameStatus.Incomplete))]
    [InlineData("00000000", nameof(FrameStatus.Incomplete))]
    [InlineData("000000000501020304", nameof(FrameStatus.Incomplete))]
    [InlineData("0000000000", nameof(FrameStatus.Message))]
    [InlineData("0100000000", nameof(FrameStatus.Compressed))]
    [InlineData("0200000000", nameof(FrameStatus.BadFlag))]
    [InlineData("00000003e8", nameof(FrameStatus.Incomplete))]
    [InlineData("00000003e9", nameof(FrameStatus.TooLarge))]
    [InlineData("00ffffffff", nameof(FrameStatus.TooLarge))]
    public void A_prefix_is_judged_before_its_body_arrives(string hex, string expected)
    {
        var buffer = new ReadOnlySequence<byte>(Convert.FromHexString(hex));
        Assert.Equal(expected, FrameDecoder.TryRead(ref buffer, Limit, out _).ToString());
    }

    [Theory]
    [InlineData("0100000000", GrpcStatusCode.Unimplemented)]
    [InlineData("0700000000", GrpcStatusCode.Internal)]
    [InlineData("00000003e9", GrpcStatusCode.ResourceExhausted)]
    [InlineData("000000000501", GrpcStatusCode.Internal)]
    [InlineData("0000000001ff", GrpcStatusCode.Internal)]
    public async Task A_broken_stream_ends_with_the_status_that_gRPC_gives_it(string hex, GrpcStatusCode expected)
    {
        var reader = new MessageReader<StringValue>(PipeReader.Create(new(Convert.FromHexString(hex))), StringValue.Parser, Limit);
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(expected, e.Status.Code);
    }

    [Fact]
    public async Task A_message_over_the_limit_is_not_written()
    {
        var pipe = new Pipe();
        await using var writer = new MessageWriter<StringValue>(pipe.Writer, Limit);
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () =>
            await writer.WriteAsync(new StringValue { Value = new string('x', Limit) }, CancellationToken.None));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, e.Status.Code);
        await pipe.Writer.CompleteAsync();
        Assert.True((await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken)).Buffer.IsEmpty);
    }

    private static byte[] Frame(byte[] body) => [0, 0, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];

    // A lone surrogate has no UTF-8 form, so protobuf would not bring it back.
    private static string WellFormed(string text) => new([.. text.Where(static c => !char.IsSurrogate(c))]);

    private static List<byte[]> DecodeAll(ReadOnlySequence<byte> buffer)
    {
        var messages = new List<byte[]>();
        while (FrameDecoder.TryRead(ref buffer, Limit, out ReadOnlySequence<byte> message) == FrameStatus.Message)
            messages.Add(message.ToArray());
        Assert.True(buffer.IsEmpty);
        return messages;
    }

    private static async Task<List<StringValue>> ReadAllAsync(byte[] wire, int[] cuts)
    {
        var pipe = new Pipe(new PipeOptions(useSynchronizationContext: false));
        var reader = new MessageReader<StringValue>(pipe.Reader, StringValue.Parser, Limit);
        var messages = new List<StringValue>();
        Task reading = Task.Run(async () =>
        {
            while (await reader.ReadAsync(CancellationToken.None) is { } message)
                messages.Add(message);
        });
        foreach (ReadOnlyMemory<byte> part in Segmented(wire, cuts))
            await pipe.Writer.WriteAsync(part);
        await pipe.Writer.CompleteAsync();
        await reading;
        return messages;
    }

    private static ReadOnlySequence<byte> Segmented(byte[] wire, int[] cuts)
    {
        int[] edges = [0, .. cuts.Select(c => (int)((uint)c % (uint)(wire.Length + 1))).Order(), wire.Length];
        Segment? first = null;
        Segment? last = null;
        for (int i = 1; i < edges.Length; i++)
        {
            last = new Segment(wire.AsMemory(edges[i - 1]..edges[i]), last);
            first ??= last;
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null)
                return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
