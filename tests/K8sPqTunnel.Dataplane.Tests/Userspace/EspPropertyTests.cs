using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Tests.Userspace;

public sealed class EspPropertyTests
{
    public static TheoryData<EspTransform> Transforms => [.. EspTransforms.Supported];

    [Theory, MemberData(nameof(Transforms))]
    public void Any_packet_survives_the_tunnel(EspTransform transform)
    {
        EspLayout layout = EspTransforms.LayoutOf(transform);
        SaPair pair = SaPair.Create(transform);
        using var outbound = new OutboundSa(pair.Left);
        using var inbound = new InboundSa(pair.Right);
        Prop.ForAll(Gen.Choose(0, 65_000).ToArbitrary(), payload =>
        {
            byte[] packet = Packets.Make("10.1.2.3", "10.2.3.4", payload);
            byte[] esp = new byte[layout.SealedLength(packet.Length)];
            Assert.Equal(EspDrop.None, outbound.Seal(packet, esp, out int sealedLength));
            Assert.Equal(esp.Length, sealedLength);
            Assert.Equal(0, (sealedLength - layout.PayloadOffset - layout.IcvLength) % layout.Alignment);

            byte[] inner = new byte[esp.Length];
            Assert.Equal(EspDrop.None, inbound.Open(new EspDatagram(pair.Right.Path, esp), inner, out int length, out bool moved));
            Assert.False(moved);
            Assert.Equal(packet, inner[..length]);
        }).QuickCheckThrowOnFailure();
    }

    [Theory, MemberData(nameof(Transforms))]
    public void Any_flipped_bit_and_any_cut_is_refused(EspTransform transform)
    {
        EspLayout layout = EspTransforms.LayoutOf(transform);
        SaPair pair = SaPair.Create(transform, window: 0);
        using var outbound = new OutboundSa(pair.Left);
        using var inbound = new InboundSa(pair.Right);
        byte[] packet = Packets.Make("10.1.2.3", "10.2.3.4", 100);
        byte[] esp = new byte[layout.SealedLength(packet.Length)];
        outbound.Seal(packet, esp, out _);
        byte[] inner = new byte[esp.Length];

        for (int bit = EspFormat.SequenceOffset * 8; bit < esp.Length * 8; bit++)
        {
            esp[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(EspDrop.XfrmInStateProtoError, inbound.Open(new EspDatagram(pair.Right.Path, esp), inner, out _, out _));
            esp[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        for (int length = 0; length < esp.Length; length++)
        {
            EspDrop expected = length < layout.ShortestPacket ? EspDrop.XfrmInHdrError : EspDrop.XfrmInStateProtoError;
            Assert.Equal(expected, inbound.Open(new EspDatagram(pair.Right.Path, esp.AsMemory(0, length)), inner, out _, out _));
        }
        Assert.Equal(EspDrop.None, inbound.Open(new EspDatagram(pair.Right.Path, esp), inner, out _, out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_limit_that_comes_near_is_told_once_at_both_ends_and_beyond_it_nothing_passes(bool inOctets)
    {
        byte[] packet = Packets.Make("10.1.2.3", "10.2.3.4", 100);
        SaPair pair = SaPair.Create(limits: inOctets
            ? new SaLimits(3 * packet.Length, 5 * packet.Length, long.MaxValue, long.MaxValue)
            : new SaLimits(long.MaxValue, long.MaxValue, 3, 5));
        int asked = 0, askedByPeer = 0, used = 0;
        using var outbound = new OutboundSa(pair.Left, renewalDue: () => asked++);
        using var inbound = new InboundSa(pair.Right, used: _ => used++, renewalDue: _ => askedByPeer++);
        byte[] esp = new byte[EspLayout.Aead.SealedLength(packet.Length)], inner = new byte[esp.Length];
        for (int i = 1; i <= 5; i++)
        {
            Assert.Equal(EspDrop.None, outbound.Seal(packet, esp, out _));
            Assert.Equal(EspDrop.None, inbound.Open(new EspDatagram(pair.Right.Path, esp), inner, out _, out _));
            Assert.Equal((i >= 3 ? 1 : 0, i >= 3 ? 1 : 0, 1), (asked, askedByPeer, used));
        }

        Assert.Equal(EspDrop.XfrmOutStateExpired, outbound.Seal(packet, esp, out _));
        Assert.Equal(EspDrop.XfrmInStateExpired, inbound.Open(new EspDatagram(pair.Right.Path, esp), inner, out _, out _));
    }

    [Fact]
    public void An_SA_asks_for_a_successor_once_while_sequence_numbers_are_left()
    {
        int asked = 0;
        SaPair pair = SaPair.Create();
        using var sa = new OutboundSa(pair.Left, OutboundSa.RenewalPoint - 2, () => asked++);
        byte[] packet = Packets.Make("10.1.2.3", "10.2.3.4", 10);
        byte[] esp = new byte[EspLayout.Aead.SealedLength(packet.Length)];

        sa.Seal(packet, esp, out _);
        Assert.Equal(0, asked);
        for (int i = 0; i < 3; i++)
            Assert.Equal(EspDrop.None, sa.Seal(packet, esp, out _));
        Assert.Equal(1, asked);
    }

    [Fact]
    public void A_refused_packet_does_not_move_the_window()
    {
        SaPair pair = SaPair.Create();
        using var outbound = new OutboundSa(pair.Left);
        using var inbound = new InboundSa(pair.Right);
        byte[] packet = Packets.Make("10.1.2.3", "10.2.3.4");
        byte[] esp = new byte[EspLayout.Aead.SealedLength(packet.Length)];
        byte[] inner = new byte[esp.Length];
        outbound.Seal(packet, esp, out _);

        byte[] forged = (byte[])esp.Clone();
        forged[EspFormat.SequenceOffset] = 0x7f;                        // Far to the right of everything.
        Assert.Equal(EspDrop.XfrmInStateProtoError, inbound.Open(new EspDatagram(pair.Right.Path, forged), inner, out _, out _));
        Assert.Equal(EspDrop.None, inbound.Open(new EspDatagram(pair.Right.Path, esp), inner, out _, out _));
        Assert.Equal(EspDrop.XfrmInStateSeqError, inbound.Open(new EspDatagram(pair.Right.Path, esp), inner, out _, out _));
    }

    [Theory]
    [InlineData(false, uint.MaxValue)]
    [InlineData(true, ulong.MaxValue)]
    public void An_SA_is_dead_before_its_sequence_number_repeats(bool extended, ulong last)
    {
        SaPair pair = SaPair.Create(SaPair.AesGcm256 with { ExtendedSequenceNumbers = extended });
        using var sa = new OutboundSa(pair.Left, last - 1);
        byte[] packet = Packets.Make("10.1.2.3", "10.2.3.4");
        byte[] esp = new byte[EspLayout.Aead.SealedLength(packet.Length)];
        Assert.Equal(EspDrop.None, sa.Seal(packet, esp, out _));
        Assert.Equal(EspDrop.XfrmOutStateSeqError, sa.Seal(packet, esp, out _));
        Assert.Equal(EspDrop.XfrmOutStateSeqError, sa.Seal(packet, esp, out _));
    }

    [Theory, MemberData(nameof(Transforms))]
    public void Extended_sequence_numbers_cross_the_boundary_of_32_bits(EspTransform transform)
    {
        SaPair pair = SaPair.Create(transform with { ExtendedSequenceNumbers = true });
        using var outbound = new OutboundSa(pair.Left, 0x0_ffff_ffe0);
        using var inbound = new InboundSa(pair.Right);
        byte[] packet = Packets.Make("10.1.2.3", "10.2.3.4");
        byte[] inner = new byte[2000];
        for (int i = 0; i < 100; i++)
        {
            byte[] esp = new byte[EspTransforms.LayoutOf(transform).SealedLength(packet.Length)];
            outbound.Seal(packet, esp, out _);
            Assert.Equal(EspDrop.None, inbound.Open(new EspDatagram(pair.Right.Path, esp), inner, out _, out _));
        }
    }

    [Fact]
    public void A_transform_that_is_not_carried_is_refused_with_a_list_of_those_that_are()
    {
        var cbc = new EspTransform(Ike.Crypto.EncryptionId.AesCbc, 256, Ike.Crypto.IntegrityId.None, false);
        NotSupportedException refusal = Assert.Throws<NotSupportedException>(() => new OutboundSa(SaPair.Create() is var pair ? new ChildSa
        {
            InboundSpi = pair.Left.InboundSpi,
            OutboundSpi = pair.Left.OutboundSpi,
            Transform = cbc,
            InboundKeys = pair.Left.InboundKeys,
            OutboundKeys = pair.Left.OutboundKeys,
            Path = pair.Left.Path,
            UdpEncapsulation = true,
            LocalSelectors = [],
            RemoteSelectors = [],
            ReplayWindow = 0,
        } : null!));
        Assert.Contains("aes256gcm16, aes192gcm16, aes128gcm16, chacha20poly1305, aes256 with SHA-2", refusal.Message);
    }
}
