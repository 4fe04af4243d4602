using System.Security.Cryptography;
using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Cli.Input;

/// <summary>Where the values of a tunnel's Secrets are: in the file beside it, or in a folder of mounted Secrets.</summary>
/// <param name="folder">Of Secrets that the file does not hold; null for nowhere.</param>
internal sealed class SecretSource(TunnelDocument document, string @namespace, string? folder)
{
    /// <summary>Reads one value.</summary>
    /// <param name="field">What names it, for sentences.</param>
    /// <param name="maxLength">Octets: a longer value is cut behind one more, which shows that it is none.</param>
    /// <param name="use">Makes something of the octets, which are zeroed then.</param>
    public T? Read<T>(SecretReference wanted, string field, int maxLength, Func<ReadOnlyMemory<byte>, T?> use, List<string> errors)
        where T : class
    {
        if (document.Secrets.FirstOrDefault(secret => secret.Name == wanted.Name && secret.Namespace == @namespace) is { } inFile)
        {
            if (inFile.TryGet(wanted.Key, out ReadOnlyMemory<byte> value))
                return use(value);
            errors.Add($"the Secret \"{wanted.Name}\" has no key \"{wanted.Key}\": add it under stringData, or name the right one in {field}");
            return null;
        }

        if (folder is not null)
            return ReadFile(Path.Combine(folder, wanted.Name, wanted.Key), maxLength, use, errors);
        errors.Add($"the Secret \"{wanted.Name}\" of {field} is not in the file: "
            + "add it there (kind: Secret), or give the folder that holds it with --secrets DIR");
        return null;
    }

    private static T? ReadFile<T>(string path, int maxLength, Func<ReadOnlyMemory<byte>, T?> use, List<string> errors)
        where T : class
    {
        byte[] octets = new byte[maxLength + 1];
        try
        {
            using FileStream file = File.OpenRead(path);
            int length = file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
            return use(octets.AsMemory(0, length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{path} cannot be read ({e.Message}): put the Secret's value there");
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }
}
