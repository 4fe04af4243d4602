using System.Security.Cryptography;
using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Cli.Input;

/// <summary>Where the values of a tunnel's Secrets are: in the files beside it, or in a folder of mounted Secrets.</summary>
/// <param name="secrets">Of the tunnel's namespace; the first of a name counts.</param>
/// <param name="folder">Of Secrets that the files do not hold; null for nowhere.</param>
/// <param name="hash">Gets every value that is read.</param>
internal sealed class SecretSource(IReadOnlyList<SecretDocument> secrets, string? folder, IncrementalHash? hash = null)
{
    /// <summary>Reads one value.</summary>
    /// <param name="field">What names it, for sentences.</param>
    /// <param name="maxLength">Octets: a longer value is cut behind one more, which shows that it is none.</param>
    /// <param name="use">Makes something of the octets, which are zeroed then.</param>
    public T? Read<T>(SecretReference wanted, string field, int maxLength, Func<ReadOnlyMemory<byte>, T?> use, List<string> errors)
        where T : class
    {
        if (secrets.FirstOrDefault(secret => secret.Name == wanted.Name) is { } inFile)
        {
            if (inFile.TryGet(wanted.Key, out ReadOnlyMemory<byte> value))
                return Use(value, use);
            errors.Add($"the Secret \"{wanted.Name}\" has no key \"{wanted.Key}\": add it under stringData, or name the right one in {field}");
            return null;
        }

        if (folder is not null)
            return ReadFile(Path.Combine(folder, wanted.Name, wanted.Key), maxLength, use, errors);
        errors.Add($"the Secret \"{wanted.Name}\" of {field} is not in the file: "
            + "add it there (kind: Secret), or give the folder that holds it with --secrets DIR");
        return null;
    }

    private T? Use<T>(ReadOnlyMemory<byte> value, Func<ReadOnlyMemory<byte>, T?> use)
        where T : class
    {
        hash?.AppendData(BitConverter.GetBytes(value.Length));
        hash?.AppendData(value.Span);
        return use(value);
    }

    private T? ReadFile<T>(string path, int maxLength, Func<ReadOnlyMemory<byte>, T?> use, List<string> errors)
        where T : class
    {
        byte[] octets = new byte[maxLength + 1];
        try
        {
            using FileStream file = File.OpenRead(path);
            int length = file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
            return Use(octets.AsMemory(0, length), use);
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
