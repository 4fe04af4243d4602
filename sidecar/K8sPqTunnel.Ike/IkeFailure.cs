namespace K8sPqTunnel.Ike;

/// <summary>Why a connection could not be made or was lost.</summary>
/// <param name="Message">One sentence for a human that names the peer and says what to do. Holds no secret.</param>
public sealed record IkeFailure(FailureReason Reason, string Message);
