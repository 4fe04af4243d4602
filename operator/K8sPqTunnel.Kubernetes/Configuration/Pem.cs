using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace K8sPqTunnel.Kubernetes.Configuration;

/// <summary>Reads certificates and keys and says in one sentence what is wrong with them.</summary>
internal static class Pem
{
    /// <summary>The certificates of a PEM file; at least one.</summary>
    public static X509Certificate2Collection Certificates(string path) => Certificates(Text(path), path);

    /// <param name="pem">One or more certificates.</param>
    /// <param name="origin">Where they were read, for messages.</param>
    public static X509Certificate2Collection Certificates(string pem, string origin)
    {
        X509Certificate2Collection certificates = [];
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new ConfigurationException($"{origin} is no PEM certificate: {e.Message}", e);
        }

        return certificates.Count > 0
            ? certificates
            : throw new ConfigurationException($"{origin} holds no certificate: it must have a -----BEGIN CERTIFICATE----- block.");
    }

    /// <summary>A certificate with its unencrypted private key; further certificates are its intermediates.</summary>
    public static ClientCertificate ClientCertificate(string certificatePem, string keyPem, string origin)
    {
        var intermediates = Certificates(certificatePem, origin);
        intermediates[0].Dispose();
        intermediates.RemoveAt(0);
        try
        {
            return new ClientCertificate(X509Certificate2.CreateFromPem(certificatePem, keyPem), intermediates);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ConfigurationException($"{origin}: the private key can't be read or does not belong to the certificate.", e);
        }
    }

    public static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} can't be read: {e.Message}", e);
        }
    }

    /// <summary>The text in a <c>…-data</c> field.</summary>
    public static string Decode(string base64, string origin)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"{origin} is not base64: encode the PEM file, or name it without -data.", e);
        }
    }
}
