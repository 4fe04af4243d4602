using System.Formats.Asn1;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Walks DER values one after the other (X.690 10).</summary>
/// <remarks>Never allocates, never throws: what is malformed reads as "not there".</remarks>
internal ref struct DerReader(ReadOnlySpan<byte> octets)
{
    private ReadOnlySpan<byte> _rest = octets;

    public readonly bool IsEmpty => _rest.IsEmpty;

    /// <summary>Takes the next value, whatever it is.</summary>
    /// <param name="whole">With tag and length.</param>
    /// <param name="content">Without.</param>
    public bool TryRead(out Asn1Tag tag, out ReadOnlySpan<byte> content, out ReadOnlySpan<byte> whole)
    {
        content = whole = default;
        if (!AsnDecoder.TryReadEncodedValue(_rest, AsnEncodingRules.DER, out tag, out int offset, out int length, out int consumed))
            return false;
        content = _rest.Slice(offset, length);
        whole = _rest[..consumed];
        _rest = _rest[consumed..];
        return true;
    }

    /// <summary>Takes the next value if it has this tag; leaves any other where it is.</summary>
    public bool TryRead(Asn1Tag expected, out ReadOnlySpan<byte> content)
    {
        DerReader ahead = this;
        if (!ahead.TryRead(out Asn1Tag tag, out content, out _) || !tag.HasSameClassAndValue(expected))
            return false;
        this = ahead;
        return true;
    }

    /// <summary>Takes the next value if it is a constructed one of this tag, and reads inside it.</summary>
    public bool TryEnter(Asn1Tag expected, out DerReader inside)
    {
        bool entered = TryRead(expected, out ReadOnlySpan<byte> content);
        inside = new DerReader(content);
        return entered;
    }

    public bool TryEnterSequence(out DerReader inside) => TryEnter(Asn1Tag.Sequence, out inside);

    /// <summary>Takes an OBJECT IDENTIFIER, as the octets of its content.</summary>
    public bool TryReadOid(out ReadOnlySpan<byte> oid) => TryRead(Asn1Tag.ObjectIdentifier, out oid);
}
