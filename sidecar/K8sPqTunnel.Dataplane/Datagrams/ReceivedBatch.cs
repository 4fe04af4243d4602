using System.Net;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Datagrams;

/// <summary>Room for the datagrams of one <see cref="DatagramSocket.Receive"/>, and what it brought. Not for two threads at once.</summary>
public sealed unsafe class ReceivedBatch
{
    private const int Capacity = 32;

    /// <summary>As much as should be received at a time: what is opened next should still be in the cache.</summary>
    private const int FullBatch = 2 * MessageLength;

    /// <summary>Messages that one call takes even when they are large.</summary>
    private const int FewestMessages = 2;

    /// <summary>Datagrams that the kernel has joined fill it.</summary>
    private const int MessageLength = 65536;

    private const int ControlLength = 4 * ControlMessage.Space;

    private readonly byte[] _payloads = GC.AllocateUninitializedArray<byte>(Capacity * MessageLength, pinned: true);
    private readonly byte[] _controls = GC.AllocateArray<byte>(Capacity * ControlLength, pinned: true);
    private readonly byte[] _addresses = GC.AllocateArray<byte>(Capacity * SocketAddressFormat.LongestLength, pinned: true);
    private readonly IoVector[] _vectors = GC.AllocateArray<IoVector>(Capacity, pinned: true);
    private readonly MessageHeader[] _headers = GC.AllocateArray<MessageHeader>(Capacity, pinned: true);
    private readonly EspDatagram[] _datagrams = new EspDatagram[Capacity];
    private readonly byte[] _knownAddress = new byte[SocketAddressFormat.LongestLength];
    private readonly KnownSenders _senders = new();
    private int _knownLength;
    private PeerPath _knownPath;
    private int _count;
    private int _asked;
    private int _wanted = FewestMessages;

    /// <summary>What came in; each may be several datagrams of one sender. Valid until the next receive.</summary>
    public ReadOnlySpan<EspDatagram> Datagrams => _datagrams.AsSpan(0, _count);

    /// <summary>It holds as much as was asked for: more may be waiting.</summary>
    public bool IsFull => _count == _asked;

    // All arrays are pinned: they do not move after the fixed statements.
    internal MessageHeader* Headers
    {
        get
        {
            fixed (MessageHeader* headers = _headers)
                return headers;
        }
    }

    /// <summary>Makes room for as many messages as fill a batch if they are like those before.</summary>
    /// <returns>How many.</returns>
    internal int Prepare()
    {
        fixed (byte* payloads = _payloads, controls = _controls, addresses = _addresses)
        fixed (IoVector* vectors = _vectors)
        {
            for (int i = 0; i < _wanted; i++)
            {
                vectors[i] = new IoVector(payloads + i * MessageLength, MessageLength);
                _headers[i] = new MessageHeader
                {
                    Name = addresses + i * SocketAddressFormat.LongestLength,
                    NameLength = SocketAddressFormat.LongestLength,
                    Vectors = vectors + i,
                    VectorCount = 1,
                    Control = controls + i * ControlLength,
                    ControlLength = ControlLength,
                };
            }
        }
        return _asked = _wanted;
    }

    /// <param name="haveHeaders">Each begins with an IPv4 header.</param>
    internal int Take(int count, IPEndPoint local, bool haveHeaders)
    {
        int octets = 0;
        for (int i = 0; i < count; i++)
        {
            ref MessageHeader header = ref _headers[i];
            ControlMessage.Read(_controls.AsSpan(i * ControlLength, (int)header.ControlLength), out byte trafficClass, out int segment);
            Memory<byte> payload = MemoryMarshal.CreateFromPinnedArray(_payloads, i * MessageLength, header.Transferred);
            octets += payload.Length;
            if (haveHeaders)
                payload = payload[Math.Min(payload.Length, payload.IsEmpty ? 0 : (payload.Span[0] & 0x0f) * sizeof(uint))..];
            PeerPath path = PathOf(_addresses.AsSpan(i * SocketAddressFormat.LongestLength, header.NameLength), local);
            _datagrams[i] = new EspDatagram(path, payload, trafficClass, segment < payload.Length ? segment : 0);
        }
        _wanted = Math.Clamp(FullBatch * count / Math.Max(octets, 1), FewestMessages, Capacity);
        return _count = count;
    }

    /// <summary>Nearly every datagram comes from the peer of the one before it.</summary>
    private PeerPath PathOf(ReadOnlySpan<byte> address, IPEndPoint local)
    {
        if (!address.SequenceEqual(_knownAddress.AsSpan(0, _knownLength)))
        {
            address.CopyTo(_knownAddress);
            _knownLength = address.Length;
            _knownPath = new PeerPath(local, _senders.Find(address));
        }
        return _knownPath;
    }
}
