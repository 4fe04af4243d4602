using System.Net;
using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;

namespace K8sPqTunnel.Dataplane.Tests.Netlink.Xfrm;

public sealed class XfrmFormatTests
{
    private static readonly XfrmState Rich = XfrmSamples.Plain with
    {
        Selector = new XfrmSelector(IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("10.2.3.0/24"), 17, new XfrmPort(1000, 0xfff8), new XfrmPort(53, 0xffff)),
        Flags = XfrmStateFlags.ExtendedSequence | XfrmStateFlags.AnyFamily,
        ReplayWindow = XfrmState.LongestWindow,
        Cipher = new XfrmAlgorithm("cbc(aes)", 256, null),
        Integrity = new XfrmAlgorithm("hmac(sha384)", 384, 192),
        Encapsulation = new XfrmEncapsulation(4500, 1234),
        Mark = new XfrmMark(1, 3),
        OutputMark = new XfrmMark(4, 12),
        InterfaceId = 42,
        Direction = XfrmDirection.Inbound,
        Offload = new XfrmOffload(3, XfrmOffloadFlags.Inbound | XfrmOffloadFlags.WholePacket),
        Lifetime = new XfrmLifetime(1, 2, 3, 4) { HardSeconds = 5 },
    };

    [Fact]
    public void What_is_written_of_a_state_is_read_again()
    {
        byte[] body = new byte[XfrmStateFormat.Length];
        XfrmStateFormat.WriteBody(Rich, body);
        byte[] written = Message(XfrmMessage.NewState, body, writer => XfrmStateFormat.WriteAttributes(Rich, writer));
        Assert.Equal(Rich, XfrmStates.Parse(First(written)));
    }

    [Fact]
    public void Keys_are_not_read_again()
    {
        byte[] body = new byte[XfrmStateFormat.Length];
        XfrmStateFormat.WriteBody(XfrmSamples.Gcm256, body);
        byte[] written = Message(XfrmMessage.NewState, body, writer => XfrmStateFormat.WriteAttributes(XfrmSamples.Gcm256, writer));
        Assert.Equal(new XfrmAlgorithm("rfc4106(gcm(aes))", 288, 128), XfrmStates.Parse(First(written))!.Aead);
    }

    [Fact]
    public void What_is_written_of_a_policy_is_read_again()
    {
        XfrmPolicy policy = XfrmSamples.Out with { Mark = new XfrmMark(7, 7), Flags = 2, Selector = Rich.Selector!.Reverse };
        byte[] body = new byte[XfrmPolicyFormat.Length];
        XfrmPolicyFormat.WriteBody(policy, body);
        byte[] written = Message(XfrmMessage.NewPolicy, body, writer => XfrmPolicyFormat.WriteAttributes(policy, writer));
        Assert.Equal(policy, XfrmPolicyFormat.Read(First(written)));
    }

    [Fact]
    public void A_selector_with_bits_behind_its_prefix_is_read_as_its_network()
    {
        byte[] octets = new byte[XfrmSelector.Length];
        new XfrmSelector(IPNetwork.Parse("10.1.2.3/32"), IPNetwork.Parse("10.2.0.0/16")).Write(octets);
        octets[43] = 16;
        Assert.Equal(IPNetwork.Parse("10.1.0.0/16"), XfrmSelector.Read(octets)!.Source);
    }

    [Fact]
    public void Writing_a_state_leaves_no_key_in_an_erased_writer()
    {
        var writer = new NetlinkWriter();
        writer.BeginMessage(XfrmMessage.NewState, NetlinkFlags.None, 1, new byte[XfrmStateFormat.Length]);
        XfrmStateFormat.WriteAttributes(XfrmSamples.Gcm256, writer);
        writer.EndMessage();
        ReadOnlySpan<byte> written = writer.Written;
        Assert.NotEqual(-1, written.IndexOf(XfrmSamples.Gcm256.Aead!.Key!.Span));
        writer.Erase();
        Assert.False(written.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Any_octets_are_read_without_an_exception() =>
        Prop.ForAll<byte[], int>((octets, kind) =>
        {
            ushort[] types = [XfrmMessage.NewState, XfrmMessage.NewPolicy, XfrmMessage.Acquire, XfrmMessage.Expire, XfrmMessage.Mapping];
            // Long enough for the structs; noise decides the rest, with a family in half of the places where one is looked for.
            byte[] body = new byte[300 + (octets.Length & ~3)];
            for (int i = 0; i < body.Length && octets.Length > 0; i++)
                body[i] = octets[i % octets.Length];
            if ((kind & 1) == 0)
            {
                foreach (int at in (int[])[20, 40, 80, 212])
                    (body[at], body[at + 1]) = ((byte)((kind & 2) == 0 ? 2 : 10), 0);
            }
            var message = new NetlinkMessage(types[(int)((uint)kind % types.Length)], NetlinkFlags.None, 1, body);
            _ = XfrmStates.Parse(message);
            _ = XfrmPolicyFormat.Read(message);
            _ = XfrmEventFormat.Read(message);
        }).QuickCheckThrowOnFailure();

    private static byte[] Message(ushort type, byte[] body, Action<NetlinkWriter> writeAttributes)
    {
        var writer = new NetlinkWriter();
        writer.BeginMessage(type, NetlinkFlags.None, 1, body);
        writeAttributes(writer);
        writer.EndMessage();
        return writer.Written.ToArray();
    }

    private static NetlinkMessage First(byte[] written)
    {
        var messages = new NetlinkMessages(written);
        Assert.True(messages.TryRead(out NetlinkMessage message));
        return message;
    }
}
