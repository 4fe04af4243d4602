using System.Net;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;

namespace K8sPqTunnel.Dataplane.Tests.Xfrm;

public sealed class XfrmSelectorTests
{
    private const ushort One = ushort.MaxValue;
    private static readonly XfrmSelector All = Of("10.1.0.0/16", "10.2.0.0/16");

    [Fact]
    public void A_selector_covers_itself_and_every_narrower_one()
    {
        Assert.True(All.Covers(All));
        Assert.True(All.Covers(Of("10.1.3.0/24", "10.2.0.7/32") with { Protocol = 6, DestinationPort = new XfrmPort(443, One) }));
        Assert.True((All with { Protocol = 6, DestinationPort = new XfrmPort(0x0100, 0xff00) }).Covers(
            All with { Protocol = 6, DestinationPort = new XfrmPort(0x01bb, One) }));
    }

    [Fact]
    public void It_covers_none_that_has_packets_of_its_own()
    {
        Assert.False(All.Covers(Of("10.0.0.0/8", "10.2.0.0/16")));
        Assert.False(All.Covers(Of("10.1.0.0/16", "10.3.0.0/16")));
        Assert.False((All with { Protocol = 6 }).Covers(All));
        Assert.False((All with { Protocol = 6, SourcePort = new XfrmPort(443, One) }).Covers(All with { Protocol = 6 }));
        Assert.False((All with { Protocol = 6, SourcePort = new XfrmPort(443, One) }).Covers(All with { Protocol = 6, SourcePort = new XfrmPort(444, One) }));
        Assert.False(All.Covers(Of("fd00:1::/64", "fd00:2::/64")));
    }

    private static XfrmSelector Of(string source, string destination) => new(IPNetwork.Parse(source), IPNetwork.Parse(destination));
}
