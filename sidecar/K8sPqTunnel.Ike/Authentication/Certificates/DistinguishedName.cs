using System.Formats.Asn1;
using System.Text;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Authentication.Certificates;

/// <summary>An X.501 name, compared part by part as RFC 5280 7.1 wants: neither case nor string type nor spaces count.</summary>
internal sealed class DistinguishedName
{
    private const string Anything = "*";
    private const int MaxParts = 64;

    // Each: the attribute's OID and its value. Several attributes of one RDN stand one after the other.
    private readonly List<(string Attribute, string Value)> _parts;

    private DistinguishedName(List<(string Attribute, string Value)> parts) => _parts = parts;

    /// <summary>Has a part whose value is "*".</summary>
    public bool HasWildcard => _parts.Exists(part => part.Value == Anything);

    /// <summary>Reads a Name in DER; null when it is malformed.</summary>
    public static DistinguishedName? Read(ReadOnlySpan<byte> der)
    {
        DerReader outer = new(der);
        if (!outer.TryEnterSequence(out DerReader rdns) || !outer.IsEmpty)
            return null;

        List<(string Attribute, string Value)> parts = [];
        while (!rdns.IsEmpty)
        {
            if (!rdns.TryEnter(Asn1Tag.SetOf, out DerReader rdn) || rdn.IsEmpty)
                return null;
            while (!rdn.IsEmpty)
            {
                if (!rdn.TryEnterSequence(out DerReader pair)
                    || !pair.TryReadOid(out ReadOnlySpan<byte> oid)
                    || !pair.TryRead(out Asn1Tag type, out ReadOnlySpan<byte> value, out _)
                    || !pair.IsEmpty
                    || parts.Count == MaxParts)
                    return null;
                parts.Add((Convert.ToHexString(oid), Text(type, value)));
            }
        }

        return new DistinguishedName(parts);
    }

    /// <summary>
    /// Whether <paramref name="other"/> is this name, where a value of "*" here stands for any value there. A name that was written
    /// down may have its parts in either order: RFC 4514 2.1 begins with the last.
    /// </summary>
    public bool Matches(DistinguishedName other) =>
        other._parts.Count == _parts.Count
        && (Matches(_parts, other._parts) || Matches(Enumerable.Reverse(_parts), other._parts));

    private static bool Matches(
        IEnumerable<(string Attribute, string Value)> pattern, List<(string Attribute, string Value)> parts) =>
        pattern.Zip(parts).All(pair =>
            pair.First.Attribute == pair.Second.Attribute
            && (pair.First.Value == Anything || string.Equals(pair.First.Value, pair.Second.Value, StringComparison.OrdinalIgnoreCase)));

    /// <summary>One form for what RFC 5280 7.1 counts as equal; octets that are no text keep their own.</summary>
    private static string Text(Asn1Tag type, ReadOnlySpan<byte> value)
    {
        if (type.TagClass != TagClass.Universal)
            return $"#{Convert.ToHexString(value)}";
        Encoding? encoding = (UniversalTagNumber)type.TagValue switch
        {
            UniversalTagNumber.UTF8String => Encoding.UTF8,
            UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String or UniversalTagNumber.T61String => Encoding.Latin1,
            UniversalTagNumber.BMPString => Encoding.BigEndianUnicode,
            _ => null,
        };
        return encoding is null
            ? $"#{Convert.ToHexString(value)}"
            : string.Join(' ', encoding.GetString(value).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
