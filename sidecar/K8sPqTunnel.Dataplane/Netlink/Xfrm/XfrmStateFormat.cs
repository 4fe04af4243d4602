using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>
/// struct xfrm_usersa_info: selector 56, id (daddr 16, spi 4, proto 1, padding 3) 24, saddr 16, lifetime 64, usage 32, stats 12, seq 4,
/// reqid 4, family 2, mode 1, replay window 1, flags 1, padding 7; then attributes.
/// </summary>
internal static class XfrmStateFormat
{
    public const int Length = 224;

    private const int DestinationOffset = XfrmSelector.Length;
    private const int SpiOffset = 72;
    private const int ProtocolOffset = 76;
    private const int SourceOffset = 80;
    private const int LifetimeOffset = 96;
    private const int UsageOffset = 160;
    private const int StatsOffset = 192;
    private const int ReqidOffset = 208;
    private const int FamilyOffset = 212;
    private const int ModeOffset = 214;
    private const int WindowOffset = 215;
    private const int FlagsOffset = 216;
    private const byte TunnelMode = 1;

    /// <summary>The most that the struct's own window, a bitmap of 32, holds.</summary>
    private const int LongestPlainWindow = 32;

    /// <summary>struct xfrm_replay_state_esn without its bitmap: bmp_len 4, oseq 4, seq 4, oseq_hi 4, seq_hi 4, replay_window 4.</summary>
    private const int ExtendedReplayLength = 24;
    private const int ExtendedReplayWindowOffset = 20;
    private const int BitsPerWord = 32;

    public static void WriteBody(XfrmState state, Span<byte> target)
    {
        target.Clear();
        state.Selector?.Write(target);
        WriteAddresses(target, state.Source, state.Destination);
        BinaryPrimitives.WriteUInt32BigEndian(target[SpiOffset..], state.Spi);
        target[ProtocolOffset] = EspFormat.Protocol;
        state.Lifetime.Write(target[LifetimeOffset..]);
        MemoryMarshal.Write(target[ReqidOffset..], state.Reqid);
        target[ModeOffset] = TunnelMode;
        target[WindowOffset] = UsesExtendedReplay(state) ? (byte)0 : (byte)state.ReplayWindow;
        target[FlagsOffset] = (byte)state.Flags;
    }

    /// <summary>Outer addresses and their family.</summary>
    public static void WriteAddresses(Span<byte> target, IPAddress source, IPAddress destination)
    {
        target.Slice(DestinationOffset, XfrmAddress.Length).Clear();
        target.Slice(SourceOffset, XfrmAddress.Length).Clear();
        XfrmAddress.Write(target[DestinationOffset..], destination);
        XfrmAddress.Write(target[SourceOffset..], source);
        MemoryMarshal.Write(target[FamilyOffset..], (ushort)IpFamily.Of(destination).Number);
    }

    public static void WriteAttributes(XfrmState state, NetlinkWriter writer)
    {
        state.Cipher?.Write(writer, XfrmAttribute.Cipher);
        state.Integrity?.Write(writer, XfrmAttribute.Integrity);
        state.Aead?.Write(writer, XfrmAttribute.Aead);
        state.Encapsulation?.Write(writer);
        state.Mark?.Write(writer);
        if (UsesExtendedReplay(state))
            WriteExtendedReplay(state, writer);
        state.Offload?.Write(writer);
        if (state.OutputMark is { } mark)
        {
            writer.Number(XfrmAttribute.OutputMark, mark.Value);
            writer.Number(XfrmAttribute.OutputMarkMask, mark.Mask);
        }
        if (state.InterfaceId != 0)
            writer.Number(XfrmAttribute.InterfaceId, state.InterfaceId);
        if (state.Direction is { } direction)
            writer.Byte(XfrmAttribute.Direction, (byte)direction);
    }

    /// <summary>False for what is no ESP state in tunnel mode of IP.</summary>
    /// <param name="offset">Of the struct in the message's body.</param>
    public static bool TryRead(in NetlinkMessage message, int offset, [NotNullWhen(true)] out XfrmState? state)
    {
        state = null;
        if (message.Body.Length < offset + Length)
            return false;
        ReadOnlySpan<byte> body = message.Body[offset..];
        if (body[ProtocolOffset] != EspFormat.Protocol || body[ModeOffset] != TunnelMode
            || IpFamily.Find(MemoryMarshal.Read<ushort>(body[FamilyOffset..])) is not { } family)
        {
            return false;
        }

        state = new XfrmState
        {
            Selector = XfrmSelector.Read(body),
            Destination = XfrmAddress.Read(body[DestinationOffset..], family),
            Spi = BinaryPrimitives.ReadUInt32BigEndian(body[SpiOffset..]),
            Source = XfrmAddress.Read(body[SourceOffset..], family),
            Lifetime = XfrmLifetime.Read(body[LifetimeOffset..]),
            Usage = XfrmUsage.Read(body[UsageOffset..], body[StatsOffset..]),
            Reqid = MemoryMarshal.Read<uint>(body[ReqidOffset..]),
            ReplayWindow = body[WindowOffset],
            Flags = (XfrmStateFlags)body[FlagsOffset],
        };
        return true;
    }

    /// <summary>Adds what the attributes of a message say.</summary>
    public static XfrmState ReadAttributes(XfrmState state, NetlinkAttributes attributes)
    {
        while (attributes.TryRead(out NetlinkAttribute attribute))
        {
            ReadOnlySpan<byte> value = attribute.Value;
            state = attribute.Type switch
            {
                XfrmAttribute.Cipher => state with { Cipher = XfrmAlgorithm.Read(value, hasIcv: false) },
                XfrmAttribute.Integrity => state with { Integrity = XfrmAlgorithm.Read(value, hasIcv: true) },
                XfrmAttribute.Aead => state with { Aead = XfrmAlgorithm.Read(value, hasIcv: true) },
                XfrmAttribute.Encapsulation => state with { Encapsulation = XfrmEncapsulation.Read(value) },
                XfrmAttribute.Mark => state with { Mark = XfrmMark.Read(value) },
                XfrmAttribute.ExtendedReplay when value.Length >= ExtendedReplayLength =>
                    state with { ReplayWindow = MemoryMarshal.Read<int>(value[ExtendedReplayWindowOffset..]) },
                XfrmAttribute.Offload => state with { Offload = XfrmOffload.Read(value) },
                XfrmAttribute.OutputMark => state with { OutputMark = new XfrmMark(attribute.Number, state.OutputMark?.Mask ?? uint.MaxValue) },
                XfrmAttribute.OutputMarkMask => state with { OutputMark = new XfrmMark(state.OutputMark?.Value ?? 0, attribute.Number) },
                XfrmAttribute.InterfaceId => state with { InterfaceId = attribute.Number },
                XfrmAttribute.Direction => state with { Direction = (XfrmDirection)attribute.Number },
                XfrmAttribute.LastUsed => state with { Usage = state.Usage with { LastUsed = attribute.Number64 } },
                _ => state,
            };
        }
        return state;
    }

    private static bool UsesExtendedReplay(XfrmState state) => state.ReplayWindow > LongestPlainWindow || state.HasExtendedSequence;

    private static void WriteExtendedReplay(XfrmState state, NetlinkWriter writer)
    {
        int words = (state.ReplayWindow + BitsPerWord - 1) / BitsPerWord;
        // The bitmap itself, which is empty, may be left out.
        Span<byte> value = writer.Reserve(XfrmAttribute.ExtendedReplay, ExtendedReplayLength);
        MemoryMarshal.Write(value, (uint)words);
        MemoryMarshal.Write(value[ExtendedReplayWindowOffset..], (uint)state.ReplayWindow);
    }
}
