using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace K8sPqTunnel.Ike;

/// <summary>Who an end of a tunnel says it is (RFC 7296 3.5).</summary>
public sealed class IkeIdentity : IEquatable<IkeIdentity>
{
    private const string KeyIdPrefix = "key-id:";

    private readonly byte[] _data;

    public IkeIdentity(IdentityType type, ReadOnlySpan<byte> data)
    {
        Type = type;
        _data = data.ToArray();
    }

    public IdentityType Type { get; }

    /// <summary>What stands on the wire behind type and reserved octets.</summary>
    public ReadOnlySpan<byte> Data => _data;

    /// <summary>The ID payload without its generic header: type, three reserved octets, data. AUTH covers it (RFC 7296 2.15).</summary>
    internal byte[] PayloadBody => [(byte)Type, 0, 0, 0, .. _data];

    public bool Equals(IkeIdentity? other) => other is not null && other.Type == Type && other._data.AsSpan().SequenceEqual(_data);

    public override bool Equals(object? obj) => Equals(obj as IkeIdentity);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Type);
        hash.AddBytes(_data);
        return hash.ToHashCode();
    }

    /// <summary>As people write it; octets that are no text come as hexadecimal digits.</summary>
    public override string ToString() => Type switch
    {
        IdentityType.Ipv4Address when _data.Length == 4 => new IPAddress(_data).ToString(),
        IdentityType.Ipv6Address when _data.Length == 16 => new IPAddress(_data).ToString(),
        IdentityType.Fqdn or IdentityType.Rfc822Address when IsPrintable => Encoding.ASCII.GetString(_data),
        IdentityType.KeyId when IsPrintable => KeyIdPrefix + Encoding.ASCII.GetString(_data),
        IdentityType.DistinguishedName when NameText() is { } name => name,
        _ => $"{Type}:{Convert.ToHexStringLower(_data)}",
    };

    private string? NameText()
    {
        try
        {
            string text = new X500DistinguishedName(_data).Name;
            return text.Any(char.IsControl) ? null : text;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // A peer's identity goes into logs and status: control characters must not.
    private bool IsPrintable => !_data.AsSpan().ContainsAnyExceptInRange((byte)0x20, (byte)0x7e);
}
