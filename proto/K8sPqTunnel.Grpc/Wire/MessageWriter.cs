using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;

namespace K8sPqTunnel.Grpc.Wire;

/// <summary>Writes the messages of one direction of a call, each flushed as it is written.</summary>
/// <remarks>For any number of writers: messages never interleave. What the transport throws passes through.</remarks>
internal sealed class MessageWriter<T>(PipeWriter pipe, int maxMessageSize) : IAsyncDisposable
    where T : class, IMessage<T>
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <exception cref="RpcException">The message is larger than the method allows; nothing was written.</exception>
    /// <exception cref="ObjectDisposedException">The direction was ended.</exception>
    public async ValueTask WriteAsync(T message, CancellationToken cancellationToken)
    {
        int size = message.CalculateSize();
        if (size > maxMessageSize)
        {
            throw new RpcException(
                GrpcStatusCode.ResourceExhausted,
                $"A {typeof(T).Name} message may have at most {maxMessageSize} bytes, this one has {size}.");
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            Write(message, size);
            FlushResult result = await pipe.FlushAsync(cancellationToken);
            if (result.IsCompleted)
                throw new IOException("The other end reads no more.");
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits for the writer whose turn it is and lets no other in: the transport reuses its pipe for another call.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync(CancellationToken.None);
        _turn.Dispose();
    }

    private void Write(T message, int size)
    {
        Span<byte> frame = pipe.GetSpan(FrameDecoder.HeaderLength + size)[..(FrameDecoder.HeaderLength + size)];
        frame[0] = 0;                                                    // not compressed
        BinaryPrimitives.WriteInt32BigEndian(frame[1..], size);
        message.WriteTo(frame[FrameDecoder.HeaderLength..]);
        pipe.Advance(frame.Length);
    }
}
