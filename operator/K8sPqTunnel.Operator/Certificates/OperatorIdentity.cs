using K8sPqTunnel.Grpc.Tls;

namespace K8sPqTunnel.Operator.Certificates;

/// <summary>What the operator proves itself with, read from its Secret.</summary>
/// <param name="Authority">Issues the certificate of the gRPC service.</param>
/// <param name="TrustedPem">What daemons trust: the authority's certificate, and its predecessor's after a renewal.</param>
/// <param name="DigestKey">Keys the digests of pre-shared keys.</param>
internal sealed record OperatorIdentity(CertificateAuthority Authority, string TrustedPem, byte[] DigestKey) : IDisposable
{
    public void Dispose() => Authority.Dispose();

    public override string ToString() => "the operator's identity";
}
