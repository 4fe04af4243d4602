using K8sPqTunnel.Dataplane.Offloads;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Sealing a packet alone.</summary>
internal static class OutboundSaExtensions
{
    /// <summary>Seals into an array of its own.</summary>
    public static byte[] SealOne(this OutboundSa sa, byte[] packet)
    {
        byte[] esp = new byte[sa.Layout.SealedLength(packet.Length)];
        Assert.Equal(EspDrop.None, sa.Seal(packet, esp, out _));
        return esp;
    }

    /// <param name="esp">At least <see cref="EspLayout.SealedLength"/> octets.</param>
    /// <param name="length">Octets written.</param>
    public static EspDrop Seal(this OutboundSa sa, byte[] packet, Span<byte> esp, out int length)
    {
        length = sa.Layout.SealedLength(packet.Length);
        Assert.True(SuperPacket.TryRead(default, packet, out SuperPacket content));
        SealTurn turn = sa.Take([new OutboundFrame(packet, content, 0)]);
        if (turn.Count == 0)
            return turn.Refusal;
        packet.CopyTo(esp[sa.Layout.PayloadOffset..]);
        sa.Seal(turn, 0, 0, packet.Length, esp[..length]);
        sa.Pass(turn);
        return EspDrop.None;
    }
}
