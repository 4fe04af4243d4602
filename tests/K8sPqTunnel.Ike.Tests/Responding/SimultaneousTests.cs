using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Responding;

/// <summary>Both ends begin at the same time.</summary>
public sealed class SimultaneousTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(15)]
    [InlineData(25)]
    [InlineData(45)]
    [InlineData(65)]
    public void One_tunnel_remains_and_both_know_which(int milliseconds)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            using var duet = new Duet(seed, right: c => c with { StartAction = StartAction.Start }) { Jitter = TimeSpan.FromMilliseconds(15) };
            duet.Left.Start(duet.Now);
            duet.Run(TimeSpan.FromMilliseconds(milliseconds));
            duet.Right.Start(duet.Now);
            duet.Run(TimeSpan.FromMinutes(2));

            duet.AssertAgreement();
            Assert.Single(duet.Left.Output.Installed);
            Assert.Equal(ConnectionState.Established, duet.Left.Connection.State);
            Assert.Equal(ConnectionState.Established, duet.Right.Connection.State);
            Assert.Equal(0, duet.Left.Endpoint.HalfOpenCount + duet.Right.Endpoint.HalfOpenCount);
            Assert.Empty(duet.Left.Output.Of<ConnectionFailed>());
            Assert.Empty(duet.Right.Output.Of<ConnectionFailed>());
        }
    }

    [Fact]
    public void One_tunnel_remains_of_two_that_get_their_children_later()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            using var duet = new Duet(
                seed, left: c => c with { Childless = true }, right: c => c with { Childless = true, StartAction = StartAction.Start });
            duet.Left.Start(duet.Now);
            duet.Right.Start(duet.Now);
            duet.Run(TimeSpan.FromMinutes(2));

            duet.AssertAgreement();
            Assert.Single(duet.Left.Output.Installed);
            foreach (Host host in new[] { duet.Left, duet.Right })
            {
                Assert.Equal(2, host.Output.Of<IkeSaEstablished>().Count());
                Assert.Single(host.Output.Of<IkeSaClosed>());
                Assert.Empty(host.Output.Of<ConnectionFailed>());
            }
        }
    }

    [Fact]
    public void With_loss_too()
    {
        for (int seed = 1; seed <= 30; seed++)
        {
            using var duet = new Duet(seed, right: c => c with { StartAction = StartAction.Start }) { Loss = 0.3, Jitter = TimeSpan.FromMilliseconds(30) };
            duet.Right.Start(duet.Now);
            duet.Left.Start(duet.Now);
            duet.Run(TimeSpan.FromMinutes(5));
            duet.Loss = 0;
            duet.Run(TimeSpan.FromMinutes(5));

            duet.AssertAgreement();
            Assert.Single(duet.Left.Output.Installed);
            Assert.Equal(ConnectionState.Established, duet.Left.Connection.State);
            Assert.Equal(ConnectionState.Established, duet.Right.Connection.State);
        }
    }
}
