using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Mobility;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Mobility;

public sealed class RacingOutputTests
{
    [Fact]
    public void The_one_that_has_lost_tells_nothing_but_the_end_of_what_was_up()
    {
        RecordingOutput outside = new();
        RacingOutput output = new(outside) { IsShut = true };
        output.Report(new ConnectionStateChanged("berlin", ConnectionState.Closing));
        output.Report(new ChildDown("berlin", new EspSpi(0x1000), new EspSpi(0x2000)));
        output.Report(new IkeSaClosed("berlin", default, default));
        Assert.Equal([typeof(ChildDown), typeof(IkeSaClosed)], outside.Events.Select(told => told.GetType()));
    }
}
