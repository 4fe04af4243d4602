using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Exchanges;

public sealed class PathProbeTests
{
    private const int Headers = 28 + 4;                                  // IPv4, UDP and the non-ESP marker

    [Theory]
    [InlineData(576)]
    [InlineData(1280)]
    [InlineData(1500)]
    [InlineData(9000)]
    public void A_message_as_large_as_asked_for_is_answered_and_shows_the_path(int size)
    {
        using World world = Start();
        Assert.True(world.Connection.TryProbePath(world.Now, size));
        Assert.Equal(size, world.Output.Sent[^1].Message.Length + Headers);
        world.Run(TimeSpan.FromSeconds(0.5));
        PathProbed probed = Assert.Single(world.Output.Of<PathProbed>());
        Assert.Equal((size, size, true), (probed.Wanted, probed.Sent, probed.Passed));
    }

    [Fact]
    public void What_does_not_arrive_goes_on_small_and_the_SA_lives()
    {
        using World world = Start();
        world.Drops = (_, datagram) => datagram.Length + Headers > 1400;
        int before = world.Output.Sent.Count;
        Assert.True(world.Connection.TryProbePath(world.Now, 1500));
        world.Run(TimeSpan.FromSeconds(3));
        PathProbed probed = Assert.Single(world.Output.Of<PathProbed>());
        Assert.Equal((1500, false), (probed.Wanted, probed.Passed));
        Assert.All(world.Output.Sent.Skip(before + 1), sent => Assert.True(sent.Message.Length + Headers <= 576));

        // Later messages are as large as they were, and the next probe begins whole again.
        Assert.True(world.Connection.TryProbePath(world.Now, 1400));
        world.Run(TimeSpan.FromSeconds(3));
        Assert.True(world.Output.Of<PathProbed>().Last().Passed);
        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Empty(world.Output.Of<RequestRepeated>());
    }

    [Fact]
    public void A_peer_that_takes_no_fragments_of_it_answers_the_empty_message_in_its_place()
    {
        using World world = Start();
        world.Drops = (_, datagram) => datagram.Length + Headers > 1400 || IsFragment(datagram);
        Assert.True(world.Connection.TryProbePath(world.Now, 1500));
        world.Run(TimeSpan.FromSeconds(1.5));
        Assert.False(Assert.Single(world.Output.Of<PathProbed>()).Passed);
        Assert.Equal(ConnectionState.Established, world.Connection.State);
    }

    [Fact]
    public void A_peer_that_answers_only_what_repeats_the_message_is_sent_its_fragments_by_turns()
    {
        using World world = Start();
        world.PeerIsSilent = true;
        Assert.True(world.Connection.TryProbePath(world.Now, 1500));
        int before = world.Output.Sent.Count;
        world.Run(TimeSpan.FromSeconds(60));
        List<bool> fragments = [.. world.Output.Sent.Skip(before).Select(sent => IsFragment(sent.Message))];
        Assert.Equal([false, true, true, true, false, true, true, true], fragments.Take(8));
    }

    [Fact]
    public void One_is_under_way_at_a_time()
    {
        using World world = Start();
        world.PeerIsSilent = true;
        Assert.True(world.Connection.TryProbePath(world.Now, 1500));
        Assert.False(world.Connection.TryProbePath(world.Now, 1400));
    }

    [Fact]
    public void A_peer_that_answers_nothing_says_nothing_of_the_path_and_is_found_dead()
    {
        using World world = Start();
        world.PeerIsSilent = true;
        Assert.True(world.Connection.TryProbePath(world.Now, 1500));
        world.Run(TimeSpan.FromMinutes(4));
        Assert.Empty(world.Output.Of<PathProbed>());
        Assert.Contains(world.Output.Of<ConnectionFailed>(), failed => failed.Failure.Reason == FailureReason.PeerUnreachable);
    }

    /// <summary>Its first payload is an Encrypted Fragment (RFC 7383 2.5).</summary>
    private static bool IsFragment(ReadOnlySpan<byte> datagram) => datagram[16] == 53;

    private static World Start() =>
        new World(configure: config => config with { ForceUdpEncapsulation = true }).Start(TimeSpan.FromSeconds(1));
}
