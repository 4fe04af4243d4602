using System.Buffers;
using System.Buffers.Binary;

namespace K8sPqTunnel.Ike.Wire;

/// <summary>Writes a payload chain (RFC 7296 3.2) into one pooled buffer; lengths and next-payload fields fill themselves.</summary>
/// <remarks>Holds a buffer from the first write until <see cref="Clear"/>: most SAs are silent most of the time.</remarks>
internal sealed class PayloadWriter : IDisposable
{
    private const int FirstBuffer = 2048;

    private byte[] _buffer = [];
    private int _length;
    private int _payload = -1;
    private int _previous = -1;

    /// <summary>Type of the first payload, <see cref="PayloadType.None"/> while there is none.</summary>
    public PayloadType First { get; private set; }

    /// <summary>The chain so far. Valid until the next write.</summary>
    public ReadOnlySpan<byte> Octets => _buffer.AsSpan(0, _length);

    /// <summary>Forgets what was written.</summary>
    public void Clear()
    {
        ReturnBuffer();
        _length = 0;
        _payload = _previous = -1;
        First = PayloadType.None;
    }

    /// <summary>Starts a payload behind the last one.</summary>
    public void Begin(PayloadType type)
    {
        if (_payload >= 0)
            throw new InvalidOperationException("the payload before has not been ended");
        if (_previous < 0)
            First = type;
        else
            _buffer[_previous] = (byte)type;
        _payload = _length;
        GenericHeader.Write(Reserve(GenericHeader.Length), PayloadType.None, 0);
    }

    /// <summary>Ends the payload and fills its length.</summary>
    public void End()
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(_payload + 2), checked((ushort)(_length - _payload)));
        _previous = _payload;
        _payload = -1;
    }

    public void Put(byte value) => Reserve(1)[0] = value;

    public void Put(ReadOnlySpan<byte> octets) => octets.CopyTo(Reserve(octets.Length));

    public void PutUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(sizeof(ushort)), value);

    public void PutUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(sizeof(uint)), value);

    /// <summary>Writes a length field for what <see cref="CloseLength"/> finds behind it.</summary>
    /// <returns>A mark for <see cref="CloseLength"/>.</returns>
    public int OpenLength()
    {
        PutUInt16(0);
        return _length - sizeof(ushort);
    }

    /// <summary>Fills a length field.</summary>
    /// <param name="mark">From <see cref="OpenLength"/>.</param>
    /// <param name="before">Octets in front of the field that count too.</param>
    public void CloseLength(int mark, int before) =>
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(mark), checked((ushort)(_length - mark + before)));

    public void Dispose() => ReturnBuffer();

    private Span<byte> Reserve(int count)
    {
        if (_length + count > _buffer.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(FirstBuffer, _buffer.Length * 2), _length + count));
            Octets.CopyTo(larger);
            ReturnBuffer();
            _buffer = larger;
        }

        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = [];
    }
}
