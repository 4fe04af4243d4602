using System.Security.Cryptography;
using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Cli.Input;

/// <summary>Finds the pre-shared key that a tunnel names: in the file beside it, or in a folder of mounted Secrets.</summary>
internal static class PreSharedKeyFile
{
    /// <summary>Far above any key that makes sense; bounds what a wrong file can make us read.</summary>
    private const int MaxLength = 4096;

    public static Secret? Find(TunnelSettings tunnel, TunnelDocument document, string? folder, out string? error)
    {
        SecretReference wanted = tunnel.Psk;
        if (document.Secrets.FirstOrDefault(secret => secret.Name == wanted.Name && secret.Namespace == tunnel.Namespace) is { } inFile)
            return InFile(inFile, wanted, out error);
        if (folder is null)
        {
            error = $"the Secret \"{wanted.Name}\" of spec.authentication.psk.secretRef is not in the file: "
                + "add it there (kind: Secret), or give the folder that holds it with --secrets DIR";
            return null;
        }
        return InFolder(Path.Combine(folder, wanted.Name, wanted.Key), out error);
    }

    private static Secret? InFile(SecretDocument secret, SecretReference wanted, out string? error)
    {
        if (!secret.TryGet(wanted.Key, out ReadOnlyMemory<byte> value))
        {
            error = $"the Secret \"{wanted.Name}\" has no key \"{wanted.Key}\": add it under stringData, or name the right one in secretRef.key";
            return null;
        }
        return NotEmpty(value.Span, $"the key \"{wanted.Key}\" of the Secret \"{wanted.Name}\"", out error);
    }

    private static Secret? InFolder(string path, out string? error)
    {
        byte[] octets = new byte[MaxLength + 1];
        try
        {
            using FileStream file = File.OpenRead(path);
            int length = file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
            if (length > MaxLength)
            {
                error = $"{path} is longer than {MaxLength} octets: that is no pre-shared key";
                return null;
            }
            return NotEmpty(octets.AsSpan(0, length), path, out error);
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

    private static Secret? NotEmpty(ReadOnlySpan<byte> octets, string where, out string? error)
    {
        error = octets.IsEmpty ? $"{where} is empty: put the pre-shared key there" : null;
        return octets.IsEmpty ? null : new Secret(octets);
    }
}
