using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Sessions;

/// <summary>Which of several IKE SAs with one peer stays, and that both ends come to the same.</summary>
public sealed class PrecedenceTests
{
    [Theory]
    [InlineData(1, 2, false)]
    [InlineData(2, 1, true)]
    public void Of_two_that_neither_end_knew_of_the_one_with_the_lowest_nonce_gives_way_whichever_came_up_first(
        byte earlierNonce, byte laterNonce, bool earlierStays)
    {
        Origin earlier = Made(weBegan: true, beganAt: 0, upAt: 4, earlierNonce);
        Origin later = Made(weBegan: false, beganAt: 1, upAt: 5, laterNonce);
        Assert.Equal(earlierStays, Precedence.Wins(earlier, later));

        // The peer sees who began what the other way round, and the other one come up first.
        Assert.Equal(!earlierStays, Precedence.Wins(later with { WeBegan = true }, earlier with { WeBegan = false }));
    }

    [Theory]
    [InlineData(true, false, 5)]
    [InlineData(true, true, 1)]
    public void One_that_was_begun_in_knowledge_of_the_other_replaces_it_whatever_the_nonces(bool oneByUs, bool otherByUs, double beganAt)
    {
        Origin earlier = Made(oneByUs, beganAt: 0, upAt: 4, lowestNonce: 9);
        Assert.False(Precedence.Wins(earlier, Made(otherByUs, beganAt, upAt: 6, lowestNonce: 1)));
    }

    [Fact]
    public void Both_ends_that_prove_themselves_anew_at_once_keep_the_same_IKE_SA()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            using Duet duet = RenewedAtBoth(seed);
            duet.Run(TimeSpan.FromMinutes(2));
            AssertOne(duet);
        }
    }

    [Fact]
    public void What_gave_way_counts_again_when_what_took_over_is_gone_and_gives_way_to_what_comes_then()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            using Duet duet = RenewedAtBoth(seed);
            // Its keys are too old at one end, before the other of the two has been deleted.
            IkeSa taken = duet.Left.Connection.Newest!;
            taken.EndAt(duet.Now);
            duet.Left.Connection.Advance(duet.Now);
            IkeSa again = duet.Left.Connection.Newest!;
            Assert.NotSame(taken, again);
            Assert.Null(again.Succession.RetiresAt);

            duet.Run(TimeSpan.FromMinutes(2));
            AssertOne(duet);
            Assert.Equal(ConnectionState.Established, duet.Left.Connection.State);
            Assert.Equal(ConnectionState.Established, duet.Right.Connection.State);
        }
    }

    [Fact]
    public void A_child_that_an_IKE_SA_on_its_way_out_still_gets_takes_no_traffic()
    {
        using Duet duet = new Duet().Start(TimeSpan.FromMinutes(2));
        duet.Drops = (toRight, datagram) => !toRight && datagram[18] == (byte)ExchangeType.CreateChildSa;
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(TimeSpan.FromMilliseconds(100));
        duet.Left.Connection.Renew(duet.Now);
        duet.RunUntil(() => duet.Left.Output.Of<IkeSaEstablished>().Count() == 2, TimeSpan.FromSeconds(2));
        duet.Drops = (_, _) => false;
        duet.Run(TimeSpan.FromMinutes(1));

        ChildUp[] ups = [.. duet.Left.Output.Of<ChildUp>()];
        Assert.Equal([null, null, ups[0].InboundSpi], ups.Select(up => up.Replaces));
        Assert.Equal([$"out {ups[0].InboundSpi.Value:x}", $"out {ups[1].InboundSpi.Value:x}"], duet.Left.Output.Intents.Where(intent => intent.StartsWith("out", StringComparison.Ordinal)));
        AssertOne(duet);
    }

    private static Duet RenewedAtBoth(int seed)
    {
        Duet duet = new Duet(seed).Start(TimeSpan.FromMinutes(2));
        duet.Left.Connection.Renew(duet.Now);
        duet.Right.Connection.Renew(duet.Now);
        duet.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(2, duet.Left.Output.Installed.Count);
        Assert.Equal(2, duet.Right.Output.Installed.Count);
        return duet;
    }

    private static void AssertOne(Duet duet)
    {
        duet.AssertAgreement();
        Assert.Single(duet.Left.Output.Installed);
        foreach (Host host in new[] { duet.Left, duet.Right })
            Assert.Single(host.Output.Of<IkeSaEstablished>().Select(up => up.InitiatorSpi).Except(host.Output.Of<IkeSaClosed>().Select(down => down.InitiatorSpi)));
    }

    private static Origin Made(bool weBegan, double beganAt, double upAt, byte lowestNonce) =>
        new(weBegan, TimeSpan.FromSeconds(beganAt), TimeSpan.FromSeconds(upAt), [lowestNonce]);
}
