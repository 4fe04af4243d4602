using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;

namespace K8sPqTunnel.Grpc.Wire;

/// <summary>Reads the messages of one direction of a call.</summary>
/// <remarks>For one reader at a time. What the transport throws passes through; a broken message throws <see cref="RpcException"/>.</remarks>
internal sealed class MessageReader<T>(PipeReader pipe, MessageParser<T> parser, int maxMessageSize)
    where T : class, IMessage<T>
{
    /// <summary>The next message, or null at the end of the stream.</summary>
    /// <exception cref="RpcException">The stream breaks the protocol; nothing more can be read from it.</exception>
    public async ValueTask<T?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await pipe.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = result.Buffer;
            FrameStatus status = FrameDecoder.TryRead(ref buffer, maxMessageSize, out ReadOnlySequence<byte> body);
            if (status == FrameStatus.Message)
            {
                T message = Parse(body);
                pipe.AdvanceTo(buffer.Start);
                return message;
            }

            // Whatever is left was looked at: without "examined" at its end the transport would not widen its window.
            bool isEmpty = buffer.IsEmpty;
            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (status != FrameStatus.Incomplete)
                throw new RpcException(Refusal(status));
            if (!result.IsCompleted)
                continue;
            return isEmpty ? null : throw new RpcException(GrpcStatusCode.Internal, "The stream ended inside a message.");
        }
    }

    private T Parse(in ReadOnlySequence<byte> body)
    {
        try
        {
            return parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new RpcException(GrpcStatusCode.Internal, $"The bytes are not a {typeof(T).Name} message.", e);
        }
    }

    // Codes as doc/compression.md and doc/statuscodes.md of gRPC give them.
    private GrpcStatus Refusal(FrameStatus status) => status switch
    {
        FrameStatus.Compressed => new(GrpcStatusCode.Unimplemented, "Compressed messages are not supported; send them with identity encoding."),
        FrameStatus.TooLarge => new(GrpcStatusCode.ResourceExhausted, $"A {typeof(T).Name} message may have at most {maxMessageSize} bytes."),
        _ => new(GrpcStatusCode.Internal, "A message starts with an unknown compression flag."),
    };
}
