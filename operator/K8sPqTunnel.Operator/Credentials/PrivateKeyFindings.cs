using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sPqTunnel.Operator.Credentials;

/// <summary>What the operator remembers of a private key in a value of a Secret: to which public key it belongs.</summary>
/// <param name="Flaw">Why it cannot be read, to follow the value's name; null where it can, or where only the daemon can tell.</param>
/// <param name="Key">Its public key (see <see cref="KeyPrint"/>); null for Ed25519 and ML-DSA, of which .NET cannot tell.</param>
internal sealed record PrivateKeyFindings(string? Flaw, string? Key)
{
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string RsaPss = "1.2.840.113549.1.1.10";
    private const string EllipticCurve = "1.2.840.10045.2.1";

    /// <summary>Reads PEM: PKCS #8, PKCS #1 or SEC 1; null for a value that holds no private key.</summary>
    public static PrivateKeyFindings? Of(ReadOnlySpan<byte> value)
    {
        PrivateKeyFindings? found = null;
        foreach ((string label, byte[] der) in PemBlocks.Of(value))
        {
            if (found is null && label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
                found = Of(label, der);
            CryptographicOperations.ZeroMemory(der);
        }

        return found;
    }

    private static PrivateKeyFindings Of(string label, byte[] der)
    {
        if (label.StartsWith("ENCRYPTED", StringComparison.Ordinal))
            return new PrivateKeyFindings("has a private key that is encrypted: store it unencrypted (openssl pkey)", Key: null);
        try
        {
            return new PrivateKeyFindings(Flaw: null, PublicOf(label, der) is { } key ? KeyPrint.Of(key) : null);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            return new PrivateKeyFindings("has a private key that cannot be read", Key: null);
        }
    }

    private static PublicKey? PublicOf(string label, byte[] der)
    {
        switch (label == "PRIVATE KEY" ? AlgorithmOf(der) : label)
        {
            case Rsa or RsaPss or "RSA PRIVATE KEY":
                using (var rsa = RSA.Create())
                {
                    if (label == "PRIVATE KEY")
                        rsa.ImportPkcs8PrivateKey(der, out _);
                    else
                        rsa.ImportRSAPrivateKey(der, out _);
                    return new PublicKey(rsa);
                }

            case EllipticCurve or "EC PRIVATE KEY":
                using (var curve = ECDsa.Create())
                {
                    if (label == "PRIVATE KEY")
                        curve.ImportPkcs8PrivateKey(der, out _);
                    else
                        curve.ImportECPrivateKey(der, out _);
                    return new PublicKey(curve);
                }

            default:
                return null;
        }
    }

    // PrivateKeyInfo ::= SEQUENCE { version INTEGER, privateKeyAlgorithm SEQUENCE { algorithm OBJECT IDENTIFIER, … }, … } (RFC 5958 2)
    private static string AlgorithmOf(byte[] pkcs8)
    {
        AsnReader info = new AsnReader(pkcs8, AsnEncodingRules.BER).ReadSequence();
        info.ReadIntegerBytes();
        return info.ReadSequence().ReadObjectIdentifier();
    }
}
