namespace K8sPqTunnel.Grpc.Client;

/// <summary>Reads how a call went from what HTTP/2 threw.</summary>
internal static class TransportFailure
{
    /// <summary>Whether an exception comes from the transport, and not from a defect.</summary>
    /// <remarks><see cref="ObjectDisposedException"/>: the transport closes a request's body as soon as the server has ended the call.</remarks>
    public static bool Is(Exception exception) =>
        exception is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException;

    /// <summary>The status of a call that ended with <paramref name="exception"/>.</summary>
    public static GrpcStatus StatusOf(Exception exception)
    {
        HttpProtocolException? reset = exception as HttpProtocolException ?? exception.InnerException as HttpProtocolException;
        if (reset is not null)
            return new GrpcStatus(CodeOf(reset.ErrorCode), $"The call was cut off (HTTP/2 error {reset.ErrorCode}): {reset.Message}");
        return new GrpcStatus(GrpcStatusCode.Unavailable, $"The server can't be reached: {exception.GetBaseException().Message}");
    }

    // gRPC: doc/PROTOCOL-HTTP2.md, Errors; numbers of RFC 9113 7. With one deviation: the handler reports a dead or closed connection as
    // PROTOCOL_ERROR or NO_ERROR too, in the same exception as a stream that the server reset so, and a dead connection is worth a retry.
    private static GrpcStatusCode CodeOf(long http2Error) => http2Error switch
    {
        0x0 or 0x1 => GrpcStatusCode.Unavailable,                        // NO_ERROR, PROTOCOL_ERROR
        0x7 => GrpcStatusCode.Unavailable,                               // REFUSED_STREAM
        0x8 => GrpcStatusCode.Cancelled,                                 // CANCEL
        0xb => GrpcStatusCode.ResourceExhausted,                         // ENHANCE_YOUR_CALM
        0xc => GrpcStatusCode.PermissionDenied,                          // INADEQUATE_SECURITY
        _ => GrpcStatusCode.Internal,
    };
}
