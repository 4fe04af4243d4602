using K8sPqTunnel.Dataplane.Xfrm;

namespace K8sPqTunnel.Dataplane.Tests.Xfrm;

public sealed class XfrmStatisticsTests
{
    [Fact]
    public void The_kernels_counts_are_read_by_name_and_what_is_none_is_left_out() => Assert.Equal(
        new Dictionary<string, long> { ["XfrmInError"] = 0, ["XfrmInNoStates"] = 12 },
        XfrmStatistics.Parse(["XfrmInError             \t0", "XfrmInNoStates          \t12", "", "XfrmNew", "XfrmOdd x"]));
}
