namespace K8sPqTunnel.Grpc.Wire;

/// <summary>What <see cref="FrameDecoder"/> found at the head of the bytes.</summary>
internal enum FrameStatus
{
    /// <summary>A whole message.</summary>
    Message,

    /// <summary>Not all bytes of the next message are there yet.</summary>
    Incomplete,

    /// <summary>The message is compressed, which nobody asked for.</summary>
    Compressed,

    /// <summary>The first byte is neither 0 nor 1.</summary>
    BadFlag,

    /// <summary>The announced length is over the limit.</summary>
    TooLarge,
}
