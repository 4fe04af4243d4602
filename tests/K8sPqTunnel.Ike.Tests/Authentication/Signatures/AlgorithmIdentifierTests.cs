using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Tests.Conformance;

namespace K8sPqTunnel.Ike.Tests.Authentication.Signatures;

public sealed class AlgorithmIdentifierTests
{
    // RFC 7427 appendix A, RFC 8420 appendix A, RFC 9881 2, and what peers make of them.
    [Theory]
    [InlineData("300d06092a864886f70d01010b0500", "RSA PKCS#1 v1.5 with SHA2-256")]
    [InlineData("300d06092a864886f70d01010c0500", "RSA PKCS#1 v1.5 with SHA2-384")]
    [InlineData("300d06092a864886f70d01010d0500", "RSA PKCS#1 v1.5 with SHA2-512")]
    [InlineData("300b06092a864886f70d01010b", "RSA PKCS#1 v1.5 with SHA2-256")]
    [InlineData("300a06082a8648ce3d040302", "ECDSA with SHA2-256")]
    [InlineData("300a06082a8648ce3d040303", "ECDSA with SHA2-384")]
    [InlineData("300a06082a8648ce3d040304", "ECDSA with SHA2-512")]
    [InlineData("300506032b6570", "Ed25519")]
    [InlineData("300b0609608648016503040311", "ML-DSA-44")]
    [InlineData("300b0609608648016503040312", "ML-DSA-65")]
    [InlineData("300b0609608648016503040313", "ML-DSA-87")]
    [InlineData("304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120", "RSASSA-PSS with SHA2-256")]
    [InlineData("304606092a864886f70d01010a3039a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120a303020101", "RSASSA-PSS with SHA2-256")]
    [InlineData("303d06092a864886f70d01010a3030a00d300b0609608648016503040201a11a301806092a864886f70d010108300b0609608648016503040201a203020120", "RSASSA-PSS with SHA2-256")]
    [Rfc(7427, "3", "An AlgorithmIdentifier is compared by its meaning")]
    public void Is_read_by_its_meaning(string der, string expected)
    {
        Assert.True(AlgorithmIdentifier.TryRead(Convert.FromHexString(der), out SignatureAlgorithm algorithm));
        Assert.Equal(expected, algorithm.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("3000")]
    [InlineData("30050603")]
    [InlineData("300506032b657000")]
    [InlineData("300506032b6571")]
    [InlineData("300706032b65700101")]
    [InlineData("300b06092a864886f70d01010a")]
    [InlineData("300d06092a864886f70d01010a0500")]
    [InlineData("304606092a864886f70d01010a3039a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120a303020102")]
    [InlineData("304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020120")]
    [InlineData("304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a2030201ff")]
    public void What_nobody_should_send_is_not_taken(string der) =>
        Assert.False(AlgorithmIdentifier.TryRead(Convert.FromHexString(der), out _));

    [Theory]
    [InlineData("RsaPkcs1", "Sha2_256", "300d06092a864886f70d01010b0500")]
    [InlineData("Ecdsa", "Sha2_512", "300a06082a8648ce3d040304")]
    [InlineData("Ed25519", "Identity", "300506032b6570")]
    [InlineData("MlDsa87", "Identity", "300b0609608648016503040313")]
    [InlineData("RsaPss", "Sha2_256", "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120")]
    [Rfc(7427, "3", "The signature is preceded by the DER AlgorithmIdentifier and its length, as the appendix shows them")]
    public void Is_written_as_the_standards_show_it(string family, string hash, string expected)
    {
        SignatureHash signatureHash = Enum.Parse<SignatureHash>(hash);
        SignatureAlgorithm algorithm = family == "RsaPss"
            ? SignatureAlgorithm.Pss(signatureHash)
            : new SignatureAlgorithm(Enum.Parse<SignatureFamily>(family), signatureHash);

        Assert.Equal(expected, Convert.ToHexStringLower(AlgorithmIdentifier.Write(algorithm)));
    }
}
