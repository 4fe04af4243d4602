using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>A state's own words, keys and sequence numbers included, from which it is made anew with other addresses.</summary>
internal sealed class XfrmStateCopy : IDisposable
{
    /// <summary>struct xfrm_replay_state: oseq 4, seq 4, bitmap 4. The other form is struct xfrm_replay_state_esn.</summary>
    private const ushort PlainReplay = 10;
    private const int ExtendedNextOffset = 4;
    private const int ExtendedNextHighOffset = 12;
    private const int ExtendedLength = 24;

    /// <summary>
    /// How many numbers are left out, for those that are sent after the copy was made: none may be used twice under one key (RFC 4106 3).
    /// A second of a million packets; the receiver's window only moves forward.
    /// </summary>
    private const uint Gap = 1 << 20;

    /// <summary>What a new state is given again. The kernel tells more, some of which it doesn't take.</summary>
    private static readonly ushort[] Kept =
    [
        XfrmAttribute.Cipher, XfrmAttribute.Integrity, XfrmAttribute.Aead, PlainReplay, XfrmAttribute.ExtendedReplay, XfrmAttribute.Mark,
        XfrmAttribute.Offload, XfrmAttribute.OutputMark, XfrmAttribute.OutputMarkMask, XfrmAttribute.InterfaceId, XfrmAttribute.Direction,
    ];

    private readonly byte[] _words;

    /// <param name="message">The kernel's answer to a request for the state.</param>
    public XfrmStateCopy(in NetlinkMessage message)
    {
        _words = GC.AllocateUninitializedArray<byte>(message.Body.Length, pinned: true);
        message.Body.CopyTo(_words);
    }

    public byte[] BodyFor(XfrmStateId id)
    {
        byte[] body = _words.AsSpan(0, XfrmStateFormat.Length).ToArray();
        XfrmStateFormat.WriteAddresses(body, id.Source, id.Destination);
        return body;
    }

    public void WriteAttributes(NetlinkWriter writer, XfrmEncapsulation? encapsulation)
    {
        var attributes = new NetlinkAttributes(_words.AsSpan(XfrmStateFormat.Length));
        while (attributes.TryRead(out NetlinkAttribute attribute))
        {
            if (!Kept.Contains(attribute.Type))
                continue;
            Span<byte> value = writer.Reserve(attribute.Type, attribute.Value.Length);
            attribute.Value.CopyTo(value);
            if (attribute.Type == PlainReplay)
                Skip(value, []);
            else if (attribute.Type == XfrmAttribute.ExtendedReplay && value.Length >= ExtendedLength)
                Skip(value[ExtendedNextOffset..], value[ExtendedNextHighOffset..]);
        }
        encapsulation?.Write(writer);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_words);

    /// <summary>Moves the last number sent on; one of a state that has not sent stays 0.</summary>
    /// <param name="high">Its upper half; empty for 32 bits.</param>
    private static void Skip(Span<byte> low, Span<byte> high)
    {
        uint last = MemoryMarshal.Read<uint>(low);
        uint lastHigh = high.IsEmpty ? 0 : MemoryMarshal.Read<uint>(high);
        if (last == 0 && lastHigh == 0)
            return;
        // With 32 bits the number must not begin again (RFC 4303 3.3.3): at the last one the state sends nothing more.
        ulong next = (((ulong)lastHigh << 32) | last) + Gap;
        if (high.IsEmpty)
        {
            MemoryMarshal.Write(low, (uint)Math.Min(next, uint.MaxValue));
            return;
        }
        MemoryMarshal.Write(low, (uint)next);
        MemoryMarshal.Write(high, (uint)(next >> 32));
    }
}
