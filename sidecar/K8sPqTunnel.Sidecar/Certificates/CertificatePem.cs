using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;

namespace K8sPqTunnel.Sidecar.Certificates;

/// <summary>Reads certificates and private keys as Secrets of type kubernetes.io/tls hold them: PEM (RFC 7468).</summary>
public static class CertificatePem
{
    private const string Certificate = "CERTIFICATE";
    private const string PrivateKey = "PRIVATE KEY";

    /// <summary>Puts our certificate, those above it and its private key together.</summary>
    /// <param name="flaw">What is wrong, for a human, to follow the name of the Secret; null on success.</param>
    public static LocalCertificate? ReadCredential(ReadOnlySpan<byte> certificates, ReadOnlySpan<byte> privateKey, out string? flaw)
    {
        if (CertificateChain.Read(Blocks(certificates, Certificate), out flaw) is not { } chain)
            return null;
        if (ReadKey(privateKey, out flaw) is { } key)
        {
            if (LocalCertificate.TryMake(chain, key, out LocalCertificate? made, out flaw))
                return made;
            key.Dispose();
        }

        chain.Dispose();
        return null;
    }

    /// <summary>Reads the authorities to be trusted.</summary>
    /// <param name="flaw">What is wrong, for a human, to follow the name of the Secret; null on success.</param>
    public static TrustAnchors? ReadAnchors(ReadOnlySpan<byte> certificates, out string? flaw)
    {
        List<X509Certificate2> read = [];
        try
        {
            foreach (byte[] der in Blocks(certificates, Certificate))
                read.Add(X509CertificateLoader.LoadCertificate(der));
            flaw = read.Count > 0 ? null : "has no certificate";
            return read.Count > 0 ? new TrustAnchors(read) : null;
        }
        catch (CryptographicException)
        {
            read.ForEach(certificate => certificate.Dispose());
            flaw = $"has a certificate that cannot be read (the {read.Count + 1}.)";
            return null;
        }
    }

    private static SigningKey? ReadKey(ReadOnlySpan<byte> pem, out string? flaw)
    {
        // "PRIVATE KEY", or with the algorithm before it as older tools write.
        foreach ((string label, byte[] der) in AllBlocks(pem))
        {
            try
            {
                if (!label.EndsWith(PrivateKey, StringComparison.Ordinal))
                    continue;
                SigningKey? key = SigningKey.Read(der, out flaw);
                flaw = key is null ? $"has a private key that {flaw}" : null;
                return key;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(der);
            }
        }

        flaw = "has no private key in PEM";
        return null;
    }

    private static List<byte[]> Blocks(ReadOnlySpan<byte> pem, string label) => [.. AllBlocks(pem).Where(block => block.Label == label).Select(block => block.Der)];

    private static List<(string Label, byte[] Der)> AllBlocks(ReadOnlySpan<byte> pem)
    {
        List<(string Label, byte[] Der)> blocks = [];
        while (PemEncoding.TryFindUtf8(pem, out PemFields fields))
        {
            byte[] der = new byte[fields.DecodedDataLength];
            if (System.Buffers.Text.Base64.DecodeFromUtf8(pem[fields.Base64Data], der, out _, out int length) == System.Buffers.OperationStatus.Done
                && length == der.Length)
                blocks.Add((Encoding.ASCII.GetString(pem[fields.Label]), der));
            pem = pem[fields.Location.End..];
        }

        return blocks;
    }
}
