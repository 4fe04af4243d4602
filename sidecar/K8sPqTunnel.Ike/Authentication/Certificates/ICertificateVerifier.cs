namespace K8sPqTunnel.Ike.Authentication.Certificates;

/// <summary>Answers <see cref="CertificateCheck"/>s: it knows the time of day, and may ask the network about revocation.</summary>
public interface ICertificateVerifier
{
    /// <summary>Begins a check. Called on the core's thread: does not wait for anything.</summary>
    /// <returns>
    /// The verdict where it is at hand. Null: <see cref="IkeEndpoint.Complete"/> will be given it, on the core's thread. When that takes
    /// longer than <see cref="AuthenticationConfig.CheckTime"/>, the peer is refused.
    /// </returns>
    CertificateVerdict? Check(CertificateCheck check);
}
