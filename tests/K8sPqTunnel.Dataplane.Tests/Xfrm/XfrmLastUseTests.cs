using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Dataplane.Tests.Netlink.Xfrm;
using K8sPqTunnel.Dataplane.Xfrm;

namespace K8sPqTunnel.Dataplane.Tests.Xfrm;

/// <summary>From states as the kernel sends them: one of before Linux 6.2 leaves XFRMA_LASTUSED out.</summary>
public sealed class XfrmLastUseTests
{
    /// <summary>Of struct xfrm_lifetime_cur in struct xfrm_usersa_info, and of its packets there.</summary>
    private const int PacketsOffset = 160 + sizeof(ulong);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly XfrmLastUse _use = new();

    [Fact]
    public void A_kernel_that_tells_is_believed()
    {
        DateTimeOffset told = Start.AddSeconds(-7);
        Assert.Null(_use.Of(Sent(packets: 0, null), Start));
        Assert.Equal(told, _use.Of(Sent(packets: 3, told), Start));
        Assert.Equal(told, _use.Of(Sent(packets: 3, told), Start.AddSeconds(5)));
    }

    [Fact]
    public void Where_it_does_not_tell_it_is_when_more_packets_were_first_seen()
    {
        Assert.Null(_use.Of(Sent(packets: 0, null), Start));
        Assert.Equal(Start.AddSeconds(1), _use.Of(Sent(packets: 3, null), Start.AddSeconds(1)));
        Assert.Equal(Start.AddSeconds(1), _use.Of(Sent(packets: 3, null), Start.AddSeconds(9)));
        Assert.Equal(Start.AddSeconds(10), _use.Of(Sent(packets: 4, null), Start.AddSeconds(10)));
    }

    [Fact]
    public void A_state_that_was_moved_counts_anew_and_forgets_nothing()
    {
        _use.Of(Sent(packets: 5, null), Start);
        Assert.Equal(Start, _use.Of(Sent(packets: 0, null), Start.AddSeconds(2)));
        Assert.Equal(Start.AddSeconds(3), _use.Of(Sent(packets: 5, null), Start.AddSeconds(3)));
    }

    private static XfrmUsage Sent(ulong packets, DateTimeOffset? lastUsed)
    {
        byte[] body = new byte[XfrmStateFormat.Length];
        XfrmStateFormat.WriteBody(XfrmSamples.Gcm256, body);
        MemoryMarshal.Write(body.AsSpan(PacketsOffset), packets);
        var writer = new NetlinkWriter();
        writer.BeginMessage(XfrmMessage.NewState, NetlinkFlags.None, 1, body);
        if (lastUsed is { } moment)
            MemoryMarshal.Write(writer.Reserve(XfrmAttribute.LastUsed, sizeof(ulong)), (ulong)moment.ToUnixTimeSeconds());
        writer.EndMessage();
        var messages = new NetlinkMessages(writer.Written);
        Assert.True(messages.TryRead(out NetlinkMessage message));
        return XfrmStates.Parse(message)!.Usage;
    }
}
