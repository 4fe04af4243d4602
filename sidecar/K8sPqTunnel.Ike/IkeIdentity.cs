using System.Net;
using System.Net.Sockets;
using System.Text;

namespace K8sPqTunnel.Ike;

/// <summary>Who an end of a tunnel says it is (RFC 7296 3.5).</summary>
public sealed class IkeIdentity : IEquatable<IkeIdentity>
{
    private const string KeyIdPrefix = "key-id:";
    private const int MaxLength = 255;

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

    /// <summary>Reads an identity as people write it.</summary>
    /// <param name="text">An IPv4 or IPv6 address, <c>user@domain</c>, <c>key-id:anything</c>, or else a domain name.</param>
    /// <param name="error">Why not: one sentence without the field's name.</param>
    public static bool TryParse(string text, out IkeIdentity? identity, out string error)
    {
        identity = null;
        error = "";
        if (string.IsNullOrWhiteSpace(text) || Encoding.UTF8.GetByteCount(text) > MaxLength)
            error = "an identity has 1 to 255 octets";
        else if (text.StartsWith(KeyIdPrefix, StringComparison.Ordinal))
            identity = new IkeIdentity(IdentityType.KeyId, Encoding.UTF8.GetBytes(text[KeyIdPrefix.Length..]));
        else if (IPAddress.TryParse(text, out IPAddress? address))
            identity = new IkeIdentity(
                address.AddressFamily == AddressFamily.InterNetwork ? IdentityType.Ipv4Address : IdentityType.Ipv6Address,
                address.GetAddressBytes());
        else if (text.Contains('='))
            error = $"\"{text}\" looks like a distinguished name, which is not supported: " +
                "use a domain name, an address, user@domain or key-id:…";
        else
            identity = new IkeIdentity(text.Contains('@') ? IdentityType.Rfc822Address : IdentityType.Fqdn, Encoding.UTF8.GetBytes(text));
        return identity is not null;
    }

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
        _ => $"{Type}:{Convert.ToHexStringLower(_data)}",
    };

    // A peer's identity goes into logs and status: control characters must not.
    private bool IsPrintable => !_data.AsSpan().ContainsAnyExceptInRange((byte)0x20, (byte)0x7e);
}
