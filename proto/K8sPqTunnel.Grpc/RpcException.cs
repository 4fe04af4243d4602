namespace K8sPqTunnel.Grpc;

/// <summary>Ends a call with a status other than OK: a handler throws it to answer so, a client's call throws what the server answered.</summary>
public sealed class RpcException : Exception
{
    /// <summary>Makes the exception of <paramref name="status"/>.</summary>
    public RpcException(GrpcStatus status, Exception? innerException = null)
        : base(status.ToString(), innerException)
    {
        Status = status;
    }

    /// <summary>Makes the exception of a code and a sentence.</summary>
    public RpcException(GrpcStatusCode code, string detail, Exception? innerException = null)
        : this(new GrpcStatus(code, detail), innerException)
    {
    }

    /// <summary>How the call ended; never OK.</summary>
    public GrpcStatus Status { get; }
}
