namespace K8sPqTunnel.Ike.Sessions;

/// <summary>How an IKE SA came to be, which its successors by rekeying keep: what both ends tell twins by.</summary>
/// <param name="WeBegan">This end sent the IKE_SA_INIT request.</param>
/// <param name="BeganAt">When that was sent or received.</param>
/// <param name="EstablishedAt">When the connection took the SA over.</param>
/// <param name="LowestNonce">The lower of its two nonces.</param>
internal sealed record Origin(bool WeBegan, TimeSpan BeganAt, TimeSpan EstablishedAt, byte[] LowestNonce)
{
    /// <summary>Neither end knew of the other's when it began its own.</summary>
    public bool Overlaps(Origin other) =>
        WeBegan != other.WeBegan && BeganAt <= other.EstablishedAt && other.BeganAt <= EstablishedAt;
}
