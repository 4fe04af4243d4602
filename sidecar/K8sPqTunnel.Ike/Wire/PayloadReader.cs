using System.Buffers.Binary;

namespace K8sPqTunnel.Ike.Wire;

/// <summary>Walks the generic payload chain of an IKE message (RFC 7296 3.2).</summary>
/// <remarks>Never allocates, never throws; a malformed chain ends the walk with <see cref="Error"/>.</remarks>
internal ref struct PayloadReader(ReadOnlySpan<byte> chain, PayloadType first)
{
    private ReadOnlySpan<byte> _rest = chain;
    private PayloadType _next = first;

    public ParseError Error { get; private set; }

    public bool TryRead(out RawPayload payload)
    {
        payload = default;
        if (_next == PayloadType.None)
            return !_rest.IsEmpty && Fail(ParseError.TrailingOctets);
        if (_rest.Length < GenericHeader.Length)
            return Fail(ParseError.Truncated);

        int length = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        if (length < GenericHeader.Length || length > _rest.Length)
            return Fail(ParseError.BadLength);                       // RFC 7296 3.2: includes the header

        payload = new RawPayload(_next, (_rest[1] & GenericHeader.CriticalBit) != 0, _rest[GenericHeader.Length..length]);
        _next = (PayloadType)_rest[0];
        _rest = _rest[length..];
        return true;
    }

    private bool Fail(ParseError error)
    {
        Error = error;
        return false;
    }
}
