using System.Security.Cryptography;
using System.Text;

namespace K8sPqTunnel.Api.Documents;

/// <summary>A Secret read from a file. Never prints its values; zeroes them when disposed.</summary>
public sealed class SecretDocument : IDisposable
{
    private readonly Dictionary<string, byte[]> _values;

    private SecretDocument(string @namespace, string name, Dictionary<string, byte[]> values)
    {
        Namespace = @namespace;
        Name = name;
        _values = values;
    }

    public string Namespace { get; }

    public string Name { get; }

    /// <summary>The octets under a key. They are zeroed with this document: copy what must live longer.</summary>
    public bool TryGet(string key, out ReadOnlyMemory<byte> value)
    {
        bool found = _values.TryGetValue(key, out byte[]? octets);
        value = octets;
        return found;
    }

    public override string ToString() => $"Secret {Namespace}/{Name} ({_values.Count} values)";

    public void Dispose()
    {
        foreach (byte[] value in _values.Values)
            CryptographicOperations.ZeroMemory(value);
    }

    internal static SecretDocument Of(SecretManifest manifest, Action<string, string> report)
    {
        var values = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach ((string key, string text) in manifest.Data ?? new Dictionary<string, string>())
        {
            var octets = new byte[text.Length];
            if (Convert.TryFromBase64String(text, octets, out int length))
                values[key] = octets[..length];
            else
                report($"data.{key}", "the value is not base64: encode it, or put the plain text under stringData");
            CryptographicOperations.ZeroMemory(octets);
        }

        foreach ((string key, string text) in manifest.StringData ?? new Dictionary<string, string>())
            values[key] = Encoding.UTF8.GetBytes(text);
        return new SecretDocument(manifest.Metadata?.Namespace ?? "default", manifest.Metadata?.Name ?? "", values);
    }
}
