using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Signatures;

namespace K8sPqTunnel.Ike.Testing.Certificates;

/// <summary>Signs certificates with any key, also those that CertificateRequest knows nothing of.</summary>
internal sealed class TestSignatureGenerator(TestKey key, SignatureAlgorithm? algorithm = null) : X509SignatureGenerator
{
    private readonly SignatureAlgorithm _algorithm = algorithm ?? SignatureChoice.For(key.SigningKey, SignatureHashes.Ours, RsaSignature.Pss, out _)!.Value.Algorithm;

    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => AlgorithmIdentifier.Write(_algorithm);

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SigningKey.Sign(_algorithm, data);

    protected override PublicKey BuildPublicKey() => PublicKey.CreateFromSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);
}
