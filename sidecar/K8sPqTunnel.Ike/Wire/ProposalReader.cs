using System.Buffers.Binary;

namespace K8sPqTunnel.Ike.Wire;

/// <summary>Walks the proposals of an SA payload (RFC 7296 3.3.1).</summary>
/// <remarks>Never allocates, never throws; a malformed payload ends the walk with <see cref="Error"/>.</remarks>
internal ref struct ProposalReader(ReadOnlySpan<byte> body)
{
    private const int FixedLength = 8;
    private const byte MoreProposals = 2;

    private ReadOnlySpan<byte> _rest = body;
    private bool _more = true;
    private int _count;

    public ParseError Error { get; private set; }

    public bool TryRead(out ProposalView proposal)
    {
        proposal = default;
        if (!_more)
            return !_rest.IsEmpty && Fail(ParseError.TrailingOctets);
        if (_count++ == IkeLimits.Proposals)
            return Fail(ParseError.TooMany);
        if (_rest.Length < FixedLength)
            return Fail(ParseError.Truncated);

        int length = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        int spiLength = _rest[6];
        if (length < FixedLength + spiLength || length > _rest.Length)
            return Fail(ParseError.BadLength);

        // RFC 7296 3.3.1: 2 announces another proposal, 0 the last.
        if (_rest[0] is not (0 or MoreProposals))
            return Fail(ParseError.BadValue);

        _more = _rest[0] == MoreProposals;
        proposal = new ProposalView(
            number: _rest[4],
            protocol: (ProtocolId)_rest[5],
            spi: _rest.Slice(FixedLength, spiLength),
            transformCount: _rest[7],
            transforms: _rest[(FixedLength + spiLength)..length]);
        _rest = _rest[length..];
        return true;
    }

    private bool Fail(ParseError error)
    {
        Error = error;
        return false;
    }
}
