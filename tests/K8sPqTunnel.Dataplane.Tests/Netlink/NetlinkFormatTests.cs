using System.Net;
using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Dataplane.Netlink;

namespace K8sPqTunnel.Dataplane.Tests.Netlink;

public sealed class NetlinkFormatTests
{
    [Fact]
    public void What_the_writer_writes_the_readers_read()
    {
        var writer = new NetlinkWriter();
        writer.BeginMessage(24, NetlinkFlags.Create | NetlinkFlags.Ack, 7, [1, 2, 3, 4]);
        writer.Byte(1, 0xab);
        writer.Text(2, "pqt0");
        int nested = writer.BeginNested(3);
        writer.Number(4, 0x01020304);
        writer.BigEndian(5, 0x01020304);
        writer.EndNested(nested);
        writer.Address(6, IPAddress.Parse("192.0.2.1"));
        writer.EndMessage();
        writer.BeginMessage(25, NetlinkFlags.None, 8, []);
        writer.Octets(9, new byte[10_000]);
        writer.EndMessage();

        var messages = new NetlinkMessages(writer.Written);
        Assert.True(messages.TryRead(out NetlinkMessage first));
        Assert.Equal((24, NetlinkFlags.Request | NetlinkFlags.Create | NetlinkFlags.Ack, 7u), (first.Type, first.Flags, first.Sequence));
        NetlinkAttributes attributes = first.Attributes(4);
        Assert.Equal(0xabu, Next(ref attributes, 1).Number);
        Assert.Equal("pqt0", Next(ref attributes, 2).Text);
        NetlinkAttributes inner = Next(ref attributes, 3).Nested;
        Assert.Equal(0x01020304u, Next(ref inner, 4).Number);
        Assert.Equal(0x01020304u, Next(ref inner, 5).BigEndian);
        Assert.False(inner.TryRead(out _));
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Next(ref attributes, 6).Address);
        Assert.False(attributes.TryRead(out _));

        Assert.True(messages.TryRead(out NetlinkMessage second));
        NetlinkAttributes large = second.Attributes(0);
        Assert.Equal(10_000, Next(ref large, 9).Value.Length);
        Assert.False(messages.TryRead(out _));
    }

    [Fact]
    public void Any_octets_are_walked_to_an_end_without_an_exception() =>
        Prop.ForAll<byte[]>(octets =>
        {
            // Lengths near the truth get further than pure noise does.
            if (octets.Length >= 16)
            {
                octets[0] = (byte)(octets.Length - octets[0] % 4);
                octets[1] = octets[2] = octets[3] = 0;
            }
            var messages = new NetlinkMessages(octets);
            while (messages.TryRead(out NetlinkMessage message))
            {
                _ = NetlinkAnswer.ErrorNumber(message);
                _ = NetlinkAnswer.Explanation(message);
                Walk(message.Attributes(4), depth: 4);
            }
        }).QuickCheckThrowOnFailure();

    private static void Walk(NetlinkAttributes attributes, int depth)
    {
        while (attributes.TryRead(out NetlinkAttribute attribute))
        {
            _ = (attribute.Number, attribute.BigEndian, attribute.BigEndian64, attribute.Text, attribute.Address);
            if (depth > 0)
                Walk(attribute.Nested, depth - 1);
        }
    }

    private static NetlinkAttribute Next(ref NetlinkAttributes attributes, ushort type)
    {
        Assert.True(attributes.TryRead(out NetlinkAttribute attribute));
        Assert.Equal(type, attribute.Type);
        return attribute;
    }
}
