namespace K8sPqTunnel.Grpc;

/// <summary>How a call ended, with the numbers of the <c>grpc-status</c> trailer (gRPC: doc/statuscodes.md).</summary>
public enum GrpcStatusCode
{
    /// <summary>The call succeeded.</summary>
    Ok = 0,

    /// <summary>The caller gave up.</summary>
    Cancelled = 1,

    /// <summary>The other end failed and does not say how.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The call did not end in time.</summary>
    DeadlineExceeded = 4,

    /// <summary>There is no such thing.</summary>
    NotFound = 5,

    /// <summary>The thing to create exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or a size limit is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the call needs; retrying does not help before that changes.</summary>
    FailedPrecondition = 9,

    /// <summary>A conflict with another call; retry from further above.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The server does not have this method or feature.</summary>
    Unimplemented = 12,

    /// <summary>One end broke the protocol.</summary>
    Internal = 13,

    /// <summary>The server can't be reached now; retry with back-off.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or damaged.</summary>
    DataLoss = 15,

    /// <summary>The caller did not prove who it is.</summary>
    Unauthenticated = 16,
}
