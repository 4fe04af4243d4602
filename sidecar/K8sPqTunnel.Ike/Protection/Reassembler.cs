using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Protection;

/// <summary>Puts the fragments of one message together (RFC 7383 2.6). Only fragments that proved authentic come here.</summary>
/// <param name="memory">What all incomplete messages may hold.</param>
internal sealed class Reassembler(FragmentMemory memory)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(IkeLimits.FragmentSeconds);

    private byte[]?[] _parts = [];
    private int _length;
    private TimeSpan _startedAt;

    /// <summary>Headers as if the message had gone unfragmented; complete sets only (RFC 9242 3.3.2).</summary>
    public byte[] HeaderOctets { get; private set; } = [];

    /// <summary>Type of the first inner payload.</summary>
    public PayloadType First { get; private set; }

    /// <summary>Fragments of the current message that are there.</summary>
    public int Received { get; private set; }

    /// <summary>Fragments that the current message has.</summary>
    public int Total => _parts.Length;

    /// <summary>Adds a fragment.</summary>
    /// <param name="headers">The datagram's IKE header and generic header.</param>
    /// <param name="part">From <see cref="MessageOpener"/>.</param>
    /// <param name="content">The decrypted octets; copied.</param>
    public ReassemblyResult Add(TimeSpan now, ReadOnlySpan<byte> headers, OpenedPart part, ReadOnlySpan<byte> content)
    {
        if (part.Total > IkeLimits.Fragments)
            return ReassemblyResult.Refused;
        if (Received > 0 && now - _startedAt > MaxAge)
            Clear();
        // RFC 7383 2.6: a larger total means that the sender began again with smaller fragments; a smaller one is stale.
        if (part.Total < _parts.Length)
            return ReassemblyResult.Refused;
        if (part.Total > _parts.Length)
            Restart(now, part.Total);
        if (_parts[part.Fragment - 1] is not null)
            return ReassemblyResult.Duplicate;
        if (_length + content.Length > IkeLimits.MessageLength || !memory.TryTake(content.Length))
            return ReassemblyResult.Refused;

        _parts[part.Fragment - 1] = content.ToArray();
        _length += content.Length;
        Received++;
        if (part.Fragment == 1)
        {
            First = part.First;
            HeaderOctets = headers.ToArray();
            HeaderOctets[IkeHeader.NextPayloadOffset] = (byte)PayloadType.Encrypted;
        }

        return Received == _parts.Length ? ReassemblyResult.Complete : ReassemblyResult.Incomplete;
    }

    /// <summary>The whole payload chain of a complete set; the set is forgotten.</summary>
    public byte[] Take()
    {
        byte[] whole = new byte[_length];
        int offset = 0;
        foreach (byte[]? part in _parts)
        {
            part!.CopyTo(whole, offset);
            offset += part.Length;
        }

        Forget();
        return whole;
    }

    public void Clear()
    {
        Forget();
        HeaderOctets = [];
    }

    private void Forget()
    {
        memory.Return(_length);
        _parts = [];
        Received = _length = 0;
    }

    private void Restart(TimeSpan now, int total)
    {
        Clear();
        _parts = new byte[total][];
        _startedAt = now;
    }
}
