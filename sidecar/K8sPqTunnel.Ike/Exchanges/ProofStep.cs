namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>What has become of a peer's proof.</summary>
/// <param name="IsPending">Its certificates are being checked: ask again when that is over.</param>
/// <param name="Failure">Why it is refused.</param>
internal readonly record struct ProofStep(bool IsPending, IkeFailure? Failure)
{
    public static ProofStep Proved { get; } = new(IsPending: false, Failure: null);

    public static ProofStep Pending { get; } = new(IsPending: true, Failure: null);

    public static ProofStep Refused(IkeFailure failure) => new(IsPending: false, failure);
}
