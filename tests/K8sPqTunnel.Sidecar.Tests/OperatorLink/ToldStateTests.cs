using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Sidecar.OperatorLink;

namespace K8sPqTunnel.Sidecar.Tests.OperatorLink;

public sealed class ToldStateTests
{
    private static readonly TunnelRef Berlin = new() { Name = "berlin", Uid = "1" };

    [Fact]
    public void Nothing_is_said_twice_of_the_same_resource()
    {
        var told = new ToldState();
        var report = new TunnelReport { PeerEndpoint = "198.51.100.7:4500" };
        Assert.True(told.IsNews(Berlin, report));
        told.Told(Berlin, report, 7);
        Assert.False(told.IsNews(Berlin, report.Clone()));
        Assert.True(told.IsNews(Berlin, new TunnelReport { PeerEndpoint = "198.51.100.7:500" }));
        Assert.True(told.IsNews(new TunnelRef { Name = "berlin", Uid = "2" }, report));
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(7, false)]
    public void After_a_reconnect_only_what_the_operator_does_not_hold_is_said_again(ulong held, bool again)
    {
        var told = new ToldState();
        var report = new TunnelReport { PeerEndpoint = "198.51.100.7:4500" };
        told.Told(Berlin, report, 7);
        told.Resume(held);
        Assert.Equal(again, told.IsNews(Berlin, report));
    }

    [Fact]
    public void Counters_that_stand_still_are_not_told_again()
    {
        var told = new ToldState();
        Assert.True(told.TryTake(Berlin, new Counters { Time = new() { Seconds = 1 }, BytesIn = 5 }));
        Assert.False(told.TryTake(Berlin, new Counters { Time = new() { Seconds = 2 }, BytesIn = 5 }));
        Assert.True(told.TryTake(Berlin, new Counters { Time = new() { Seconds = 3 }, BytesIn = 6 }));
    }
}
