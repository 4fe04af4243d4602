using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Authentication.Certificates;

/// <summary>Whom a certificate speaks for (RFC 7296 3.5, RFC 4945 3.1 and 5.1.3).</summary>
internal static class CertificateNames
{
    private const string SubjectAltNameOid = "2.5.29.17";
    private const string SubjectKeyIdOid = "2.5.29.14";
    private const int MailName = 1;
    private const int DnsName = 2;
    private const int AddressName = 7;

    // RFC 5280 4.2.1.6. Columns: the ID type, the GeneralName that has to be there, whether letter case counts not.
    private static readonly (IdentityType Type, int GeneralName, bool IsText)[] Rows =
    [
        (IdentityType.Fqdn,          DnsName,     true),
        (IdentityType.Rfc822Address, MailName,    true),
        (IdentityType.Ipv4Address,   AddressName, false),
        (IdentityType.Ipv6Address,   AddressName, false),
    ];

    /// <summary>
    /// Whether the certificate vouches for an identity: an alternative name for names and addresses, the subject for a distinguished
    /// name, the subject key identifier for a key ID. The common name never counts: nobody says what it is a name of.
    /// </summary>
    public static bool Vouches(X509Certificate2 certificate, IkeIdentity identity)
    {
        switch (identity.Type)
        {
            case IdentityType.DistinguishedName:
                return DistinguishedName.Read(identity.Data) is { HasWildcard: false } name
                    && DistinguishedName.Read(certificate.SubjectName.RawData) is { } subject
                    && name.Matches(subject);
            case IdentityType.KeyId:
                return TryFind(certificate, SubjectKeyIdOid, out ReadOnlySpan<byte> keyId)
                    && new DerReader(keyId).TryRead(Asn1Tag.PrimitiveOctetString, out ReadOnlySpan<byte> octets)
                    && octets.SequenceEqual(identity.Data);
            default:
                (_, int kind, bool isText) = Array.Find(Rows, row => row.Type == identity.Type);
                return kind != 0 && HasName(certificate, kind, isText, identity.Data);
        }
    }

    /// <summary>The name that an end without a configured one shows: its first DNS name, else its subject.</summary>
    public static IkeIdentity Default(X509Certificate2 certificate)
    {
        foreach ((int kind, byte[] value) in AlternativeNames(certificate))
        {
            if (kind == DnsName)
                return new IkeIdentity(IdentityType.Fqdn, value);
        }

        return new IkeIdentity(IdentityType.DistinguishedName, certificate.SubjectName.RawData);
    }

    /// <summary>All names in it, for people.</summary>
    public static string Describe(X509Certificate2 certificate)
    {
        IEnumerable<string> names = AlternativeNames(certificate).Select(name => Text(name.Kind, name.Value));
        return string.Join(", ", names.Append(new IkeIdentity(IdentityType.DistinguishedName, certificate.SubjectName.RawData).ToString()));
    }

    private static string Text(int kind, byte[] value)
    {
        IdentityType type = Array.Find(Rows, row => row.GeneralName == kind).Type;
        return new IkeIdentity(type == IdentityType.Ipv4Address && value.Length == 16 ? IdentityType.Ipv6Address : type, value).ToString();
    }

    private static bool HasName(X509Certificate2 certificate, int kind, bool isText, ReadOnlySpan<byte> wanted)
    {
        foreach ((int found, byte[] value) in AlternativeNames(certificate))
        {
            if (found == kind && (isText ? Ascii.EqualsIgnoreCase(value, wanted) : wanted.SequenceEqual(value)))
                return true;
        }

        return false;
    }

    private static List<(int Kind, byte[] Value)> AlternativeNames(X509Certificate2 certificate)
    {
        List<(int Kind, byte[] Value)> names = [];
        if (!TryFind(certificate, SubjectAltNameOid, out ReadOnlySpan<byte> extension)
            || !new DerReader(extension).TryEnterSequence(out DerReader reader))
            return names;
        while (reader.TryRead(out Asn1Tag tag, out ReadOnlySpan<byte> value, out _))
        {
            if (tag.TagClass == TagClass.ContextSpecific && Array.Exists(Rows, row => row.GeneralName == tag.TagValue))
                names.Add((tag.TagValue, value.ToArray()));
        }

        return names;
    }

    private static bool TryFind(X509Certificate2 certificate, string oid, out ReadOnlySpan<byte> content)
    {
        content = certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == oid)?.RawData;
        return !content.IsEmpty;
    }
}
