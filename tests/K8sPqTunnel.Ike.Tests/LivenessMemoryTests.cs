using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests;

/// <summary>An SA that only keeps alive costs no memory, however long it does.</summary>
public sealed class LivenessMemoryTests
{
    private const int Rounds = 200;

    /// <summary>Collections that other tests begin may count as an allocation of ours: see <see cref="Memory"/>.</summary>
    private const int Disturbed = 10;

    public static TheoryData<string> Suites { get; } =
        ["20/256 prf6 ecp384 mlkem768", "28/0 prf7 x25519 mlkem768", "12/256 integ12 prf5 ecp256 mlkem768"];

    [Theory, MemberData(nameof(Suites))]
    public void Asking_for_a_sign_of_life_and_hearing_it_allocates_nothing(string suite)
    {
        using World world = Up(suite);
        PeerPath path = world.Output.Sent[^1].Path;
        byte[] request = world.Output.Scratch = new byte[2000];
        byte[] answer = [];
        world.Peer.Wire = (_, datagram) => answer = datagram;
        TimeSpan now = world.Now;
        int costly = 0;
        for (int i = 0; i < Rounds; i++)
        {
            now += world.Config.LivenessDelay + TimeSpan.FromSeconds(1);
            long before = GC.GetAllocatedBytesForCurrentThread();
            world.Connection.Advance(now);
            costly += IsCostly(i, before);
            world.Peer.Receive(now, path, request[..world.Output.ScratchLength]);

            before = GC.GetAllocatedBytesForCurrentThread();
            world.Connection.Receive(now, path, answer);
            costly += IsCostly(i, before);
        }

        Assert.Equal(Rounds, world.Peer.Answered.Count(exchange => exchange == ExchangeType.Informational));
        Assert.InRange(costly, 0, Disturbed);
    }

    [Theory, MemberData(nameof(Suites))]
    public void Giving_a_sign_of_life_allocates_nothing(string suite)
    {
        using World world = Up(suite);
        PeerPath path = world.Output.Sent[^1].Path;
        byte[] answer = world.Output.Scratch = new byte[2000];
        byte[] request = [];
        world.Peer.Wire = (_, datagram) => request = datagram;
        int costly = 0;
        for (int i = 0; i < Rounds; i++)
        {
            world.Peer.Request(ExchangeType.Informational, _ => { });
            long before = GC.GetAllocatedBytesForCurrentThread();
            world.Connection.Receive(world.Now, path, request);
            costly += IsCostly(i, before);
            world.Peer.Receive(world.Now, path, answer[..world.Output.ScratchLength]);
        }

        Assert.Equal(Rounds, world.Peer.AnswersToUs.Count);
        Assert.InRange(costly, 0, Disturbed);
    }

    private static World Up(string suite)
    {
        TimeSpan day = TimeSpan.FromDays(1);
        World world = new(configure: c => c with { IkeProposals = [Proposals.Parse(suite)], IkeLifetime = day, ChildLifetime = day });
        return world.Start(TimeSpan.FromSeconds(1));
    }

    /// <summary>Whether something was allocated since; the first two rounds make the buffers that the others use.</summary>
    private static int IsCostly(int round, long before) => round >= 2 && GC.GetAllocatedBytesForCurrentThread() != before ? 1 : 0;
}
