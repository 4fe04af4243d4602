using System.Security.Cryptography;
using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Cli.Input;

/// <summary>Finds a pre-shared key that a tunnel names: in the file beside it, or in a folder of mounted Secrets.</summary>
/// <param name="field">What names it, for example spec.authentication.psk.</param>
/// <param name="wanted">The Secret's value.</param>
/// <param name="encoding">How the value is read.</param>
internal sealed class PreSharedKeyFile(string field, SecretReference wanted, PskEncoding? encoding)
{
    public Secret? Find(string @namespace, TunnelDocument document, string? folder, out string? error)
    {
        if (document.Secrets.FirstOrDefault(secret => secret.Name == wanted.Name && secret.Namespace == @namespace) is { } inFile)
            return InFile(inFile, out error);
        if (folder is not null)
            return InFolder(folder, out error);

        error = $"the Secret \"{wanted.Name}\" of {field}.secretRef is not in the file: "
            + "add it there (kind: Secret), or give the folder that holds it with --secrets DIR";
        return null;
    }

    private Secret? InFile(SecretDocument secret, out string? error)
    {
        if (secret.TryGet(wanted.Key, out ReadOnlyMemory<byte> value))
            return Checked(value.Span, out error);
        error = $"the Secret \"{wanted.Name}\" has no key \"{wanted.Key}\": add it under stringData, or name the right one in secretRef.key";
        return null;
    }

    private Secret? InFolder(string folder, out string? error)
    {
        string path = Path.Combine(folder, wanted.Name, wanted.Key);
        // One octet more than a key may have shows a file that is no key, however long it is.
        byte[] octets = new byte[PreSharedKeyRules.MaxValueLength + 1];
        try
        {
            using FileStream file = File.OpenRead(path);
            int length = file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
            return Checked(octets.AsSpan(0, length), out error);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = $"{path} cannot be read ({e.Message}): put the pre-shared key there";
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }

    private Secret? Checked(ReadOnlySpan<byte> value, out string? error)
    {
        error = PreSharedKeyRules.Describe(PreSharedKeyRules.Find(value, encoding), wanted.Name, wanted.Key);
        if (error is not null)
            return null;
        byte[] key = new byte[value.Length];
        try
        {
            return PreSharedKeyText.TryDecode(value, encoding, key, out int length) ? new Secret(key.AsSpan(0, length)) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
