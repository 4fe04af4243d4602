using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;

namespace K8sPqTunnel.Kernel.Tests;

/// <summary>Has a state go on from another sequence number (XFRM_MSG_NEWAE), so that nobody has to send 2^32 packets.</summary>
internal static class SequenceNumbers
{
    private const ushort NewReplayState = 0x1e;

    /// <summary>struct xfrm_aevent_id: a state's id 24, saddr 16, flags 4, reqid 4.</summary>
    private const int BodyLength = 48;

    /// <summary>XFRMA_REPLAY_VAL, struct xfrm_replay_state: oseq 4, seq 4, bitmap 4.</summary>
    private const ushort PlainReplay = 10;

    /// <summary>Of struct xfrm_replay_state_esn: bmp_len 4, oseq 4, seq 4, oseq_hi 4, seq_hi 4, replay_window 4, and the bitmap.</summary>
    private const int ExtendedLowOffset = 4;
    private const int ExtendedHighOffset = 12;

    /// <summary>The next packet that leaves by the state follows <paramref name="last"/>. In the network namespace of the thread.</summary>
    public static void SkipTo(XfrmStateId state, ulong last)
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.Xfrm);
        byte[] body = new byte[BodyLength];
        state.Write(body);
        byte[]? plain = null, extended = null;
        socket.Get("read a state", XfrmMessage.GetState, body.AsSpan(0, XfrmStateId.Length), state.WriteAttributes, (in NetlinkMessage message) =>
        {
            NetlinkAttributes attributes = message.Attributes(XfrmStateFormat.Length);
            while (attributes.TryRead(out NetlinkAttribute attribute))
            {
                if (attribute.Type == PlainReplay)
                    plain = attribute.Value.ToArray();
                else if (attribute.Type == XfrmAttribute.ExtendedReplay)
                    extended = attribute.Value.ToArray();
            }
        });
        if (extended is not null)
        {
            MemoryMarshal.Write(extended.AsSpan(ExtendedLowOffset), (uint)last);
            MemoryMarshal.Write(extended.AsSpan(ExtendedHighOffset), (uint)(last >> 32));
        }
        else
        {
            plain ??= new byte[12];
            MemoryMarshal.Write(plain, checked((uint)last));
        }
        socket.Execute("move a state on", NewReplayState, NetlinkFlags.Replace, body,
            writer => writer.Octets(extended is null ? PlainReplay : XfrmAttribute.ExtendedReplay, extended ?? plain));
    }
}
