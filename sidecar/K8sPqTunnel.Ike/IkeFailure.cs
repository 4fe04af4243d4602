namespace K8sPqTunnel.Ike;

/// <summary>Why a connection could not be made or was lost.</summary>
/// <param name="Message">One sentence for a human that names the peer and says what to do. Holds no secret.</param>
public sealed record IkeFailure(FailureReason Reason, string Message)
{
    /// <summary>The peer left a request unanswered: another of its addresses, or of ours, may do better.</summary>
    public bool IsSilence => Reason is FailureReason.PeerUnreachable or FailureReason.FragmentsLost or FailureReason.IntermediateUnanswered;
}
