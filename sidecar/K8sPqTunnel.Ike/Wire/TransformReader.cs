using System.Buffers.Binary;
using K8sPqTunnel.Ike.Negotiation;

namespace K8sPqTunnel.Ike.Wire;

/// <summary>Walks the transforms of a proposal (RFC 7296 3.3.2) and their attributes (3.3.5).</summary>
internal ref struct TransformReader(ReadOnlySpan<byte> octets, int count)
{
    private const int FixedLength = 8;
    private const int AttributeLength = 4;
    private const ushort FixedFormat = 0x8000;
    private const ushort KeyLengthAttribute = 14;

    private ReadOnlySpan<byte> _rest = octets;
    private int _left = count;

    public ParseError Error { get; private set; }

    /// <summary>Reads the next transform.</summary>
    /// <param name="unknownAttribute">It carries an attribute other than Key Length.</param>
    public bool TryRead(out Transform transform, out bool unknownAttribute)
    {
        transform = default;
        unknownAttribute = false;
        if (_left == 0)
            return !_rest.IsEmpty && Fail(ParseError.TrailingOctets);
        if (_rest.Length < FixedLength)
            return Fail(ParseError.Truncated);

        int length = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        if (length < FixedLength || length > _rest.Length)
            return Fail(ParseError.BadLength);

        if (!TryReadAttributes(_rest[FixedLength..length], out int keyBits, out unknownAttribute))
            return Fail(ParseError.BadLength);

        transform = new Transform((TransformType)_rest[4], BinaryPrimitives.ReadUInt16BigEndian(_rest[6..]), keyBits);
        _left--;
        _rest = _rest[length..];
        return true;
    }

    private static bool TryReadAttributes(ReadOnlySpan<byte> attributes, out int keyBits, out bool unknown)
    {
        keyBits = 0;
        unknown = false;
        while (!attributes.IsEmpty)
        {
            if (attributes.Length < AttributeLength)
                return false;
            ushort type = BinaryPrimitives.ReadUInt16BigEndian(attributes);
            int value = BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]);
            int length = (type & FixedFormat) != 0 ? AttributeLength : AttributeLength + value;
            if (length > attributes.Length)
                return false;
            // RFC 7296 3.3.5: Key Length has the fixed format and is the only attribute there is.
            if (type == (FixedFormat | KeyLengthAttribute) && keyBits == 0)
                keyBits = value;
            else
                unknown = true;
            attributes = attributes[length..];
        }

        return true;
    }

    private bool Fail(ParseError error)
    {
        Error = error;
        return false;
    }
}
