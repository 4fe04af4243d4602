using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.Userspace;

public sealed class TrapTests
{
    [Fact]
    public void It_tells_of_the_first_packet_and_then_only_once_in_a_while()
    {
        var time = new ManualTime();
        int told = 0;
        var trap = new Trap(() => told++, TimeSpan.FromSeconds(1), time);

        for (int i = 0; i < 100; i++)
            trap.Spring();
        Assert.Equal(1, told);

        time.Advance(TimeSpan.FromMilliseconds(999));
        trap.Spring();
        Assert.Equal(1, told);

        time.Advance(TimeSpan.FromMilliseconds(1));
        trap.Spring();
        trap.Spring();
        Assert.Equal(2, told);
    }
}
