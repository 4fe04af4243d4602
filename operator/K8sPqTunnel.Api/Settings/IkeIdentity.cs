using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace K8sPqTunnel.Api.Settings;

/// <summary>An IKE identity (RFC 7296 3.5).</summary>
/// <param name="Type">The ID type.</param>
/// <param name="Data">The identification data, as it stands in the payload.</param>
/// <param name="Text">The identity as the user wrote it.</param>
public sealed record IkeIdentity(IkeIdentityType Type, ReadOnlyMemory<byte> Data, string Text)
{
    private const string KeyIdPrefix = "key-id:";
    private const string DnsWildcard = "*.";
    private const string MailWildcard = "*@";
    private const int MaxLength = 512;

    /// <summary>Reads an address, a DNS name, an e-mail address, <c>key-id:TEXT</c> or a distinguished name.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IkeIdentity? identity, [NotNullWhen(false)] out string? error)
    {
        identity = null;
        error = null;
        if (text.Length is 0 or > MaxLength)
            error = $"an identity has 1 to {MaxLength} characters, this one has {text.Length}";
        else if (text.StartsWith(KeyIdPrefix, StringComparison.Ordinal))
            identity = text.Length > KeyIdPrefix.Length ? Of(IkeIdentityType.KeyId, text[KeyIdPrefix.Length..], text) : null;
        else if (IPAddress.TryParse(text, out IPAddress? address))
            identity = Of(address, text);
        else if (text.Contains('='))
            identity = DistinguishedName(text);
        else if (text.Contains('@'))
            identity = IsMailAddress(text) ? Of(IkeIdentityType.Rfc822Address, text, text) : null;
        else if (DnsName.IsValid(text))
            identity = Of(IkeIdentityType.Fqdn, text, text);

        if (identity is null)
            error ??= $"\"{text}\" is no identity: write a DNS name, an IP address, an e-mail address, key-id:TEXT or a "
                + "distinguished name such as CN=berlin,O=Example";
        return identity is not null;
    }

    /// <summary>
    /// Reads the identity that a peer must have: as <see cref="TryParse"/> does, and <c>*.example.net</c> for all names below a domain,
    /// <c>*@example.net</c> for all mail addresses at one. In a distinguished name <c>*</c> stands for any value (CN=*,O=Example).
    /// </summary>
    public static bool TryParsePattern(string text, [NotNullWhen(true)] out IkeIdentity? identity, [NotNullWhen(false)] out string? error)
    {
        bool isDomain = text.StartsWith(DnsWildcard, StringComparison.Ordinal) || text.StartsWith(MailWildcard, StringComparison.Ordinal);
        if (!isDomain || text.Length > MaxLength || !DnsName.IsValid(text[DnsWildcard.Length..]))
            return TryParse(text, out identity, out error);
        identity = Of(text[1] == '.' ? IkeIdentityType.Fqdn : IkeIdentityType.Rfc822Address, text, text);
        error = null;
        return true;
    }

    /// <summary>The identity of an address, the default of an end that names none.</summary>
    public static IkeIdentity Of(IPAddress address) => Of(address, address.ToString());

    private static IkeIdentity Of(IPAddress address, string text) =>
        new(address.AddressFamily == AddressFamily.InterNetwork ? IkeIdentityType.Ipv4Address : IkeIdentityType.Ipv6Address,
            address.GetAddressBytes(), text);

    private static IkeIdentity Of(IkeIdentityType type, string value, string text) => new(type, Encoding.UTF8.GetBytes(value), text);

    private static IkeIdentity? DistinguishedName(string text)
    {
        try
        {
            return new IkeIdentity(IkeIdentityType.DistinguishedName, new X500DistinguishedName(text).RawData, text);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static bool IsMailAddress(string text)
    {
        int at = text.IndexOf('@');
        return at > 0 && at == text.LastIndexOf('@') && DnsName.IsValid(text[(at + 1)..]);
    }
}
