using System.Security.Cryptography;
using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Cli.Input;

/// <summary>Finds the pre-shared key that a tunnel names: in the file beside it, or in a folder of mounted Secrets.</summary>
internal static class PreSharedKeyFile
{
    public static Secret? Find(TunnelSettings tunnel, TunnelDocument document, string? folder, out string? error)
    {
        SecretReference wanted = tunnel.Psk;
        if (document.Secrets.FirstOrDefault(secret => secret.Name == wanted.Name && secret.Namespace == tunnel.Namespace) is { } inFile)
            return InFile(inFile, tunnel, out error);
        if (folder is not null)
            return InFolder(folder, tunnel, out error);

        error = $"the Secret \"{wanted.Name}\" of spec.authentication.psk.secretRef is not in the file: "
            + "add it there (kind: Secret), or give the folder that holds it with --secrets DIR";
        return null;
    }

    private static Secret? InFile(SecretDocument secret, TunnelSettings tunnel, out string? error)
    {
        SecretReference wanted = tunnel.Psk;
        if (secret.TryGet(wanted.Key, out ReadOnlyMemory<byte> value))
            return Checked(value.Span, tunnel, out error);
        error = $"the Secret \"{wanted.Name}\" has no key \"{wanted.Key}\": add it under stringData, or name the right one in secretRef.key";
        return null;
    }

    private static Secret? InFolder(string folder, TunnelSettings tunnel, out string? error)
    {
        string path = Path.Combine(folder, tunnel.Psk.Name, tunnel.Psk.Key);
        // One octet more than a key may have shows a file that is no key, however long it is.
        byte[] octets = new byte[PreSharedKeyRules.MaxValueLength + 1];
        try
        {
            using FileStream file = File.OpenRead(path);
            int length = file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
            return Checked(octets.AsSpan(0, length), tunnel, out error);
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

    private static Secret? Checked(ReadOnlySpan<byte> value, TunnelSettings tunnel, out string? error)
    {
        error = PreSharedKeyRules.Describe(PreSharedKeyRules.Find(value, tunnel.PskEncoding), tunnel.Psk.Name, tunnel.Psk.Key);
        if (error is not null)
            return null;
        byte[] key = new byte[value.Length];
        try
        {
            return PreSharedKeyText.TryDecode(value, tunnel.PskEncoding, key, out int length) ? new Secret(key.AsSpan(0, length)) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
