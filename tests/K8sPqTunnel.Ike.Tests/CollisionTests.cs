using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests;

/// <summary>Both ends want something of the same SAs at the same time (RFC 7296 2.8.1, 2.8.2, 2.25; RFC 9370 2.2.4).</summary>
public sealed class CollisionTests
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(8);

    private static readonly EspProposal Plain = RekeyingTests.Esp();
    private static readonly EspProposal Hybrid = RekeyingTests.Esp(Transform.Of(KeyExchangeMethod.Ecp384), Transform.Additional(1, KeyExchangeMethod.MlKem768));

    public static TheoryData<bool, int> Rekeys()
    {
        TheoryData<bool, int> data = [];
        for (int seed = 1; seed <= 12; seed++)
        {
            data.Add(false, seed);
            data.Add(true, seed);
        }

        return data;
    }

    public static TheoryData<bool, int> Seeds()
    {
        TheoryData<bool, int> data = [];
        for (int seed = 1; seed <= 60; seed++)
        {
            data.Add(false, seed);
            data.Add(true, seed);
        }

        return data;
    }

    [Theory, MemberData(nameof(Rekeys))]
    [Rfc(7296, "2.8.1", "Of two children that both rekeys have made, the one with the lowest of the four nonces is closed by who created it (SHOULD)")]
    [Rfc(9370, "2.2.4", "Collisions are judged by the nonces of CREATE_CHILD_SA")]
    public void Of_two_rekeys_of_the_same_child_the_one_with_the_lowest_nonce_goes(bool withFollowup, int seed)
    {
        using Duet duet = Up(seed, withFollowup ? Hybrid : Plain);
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Right.Connection.RekeyChild(duet.Now);
        (byte[] left, byte[] right) = LowestNonces(duet, duet.Left.Connection.Newest!.Creation!, duet.Right.Connection.Newest!.Creation!);
        duet.Run(Settled);

        duet.AssertAgreement();
        AssertOneSurvived(duet, RekeyKind.Child, leftIsRedundant: left.AsSpan().SequenceCompareTo(right) < 0, isMade: !withFollowup);
        Assert.All(Hosts(duet), host => Assert.Single(host.Output.Of<IkeSaEstablished>()));
    }

    [Theory, MemberData(nameof(Rekeys))]
    [Rfc(7296, "2.8.2", "Of two IKE SAs the one with the lowest nonce is closed by who created it (SHOULD), and the other inherits all children")]
    public void Of_two_rekeys_of_the_IKE_SA_the_one_with_the_lowest_nonce_goes(bool withFollowup, int seed)
    {
        using Duet duet = new Duet(seed, left: Ike(withFollowup), right: Ike(withFollowup)).Start();
        duet.Left.Connection.RekeyIke(duet.Now);
        duet.Right.Connection.RekeyIke(duet.Now);
        (byte[] left, byte[] right) = LowestNonces(duet, duet.Left.Connection.Newest!.Creation!, duet.Right.Connection.Newest!.Creation!);
        duet.Run(Settled);

        duet.AssertAgreement();
        AssertOneSurvived(duet, RekeyKind.Ike, leftIsRedundant: left.AsSpan().SequenceCompareTo(right) < 0, isMade: !withFollowup);
        Assert.Equal(
            duet.Left.Output.Of<IkeSaEstablished>().Last().InitiatorSpi, duet.Right.Output.Of<IkeSaEstablished>().Last().InitiatorSpi);
        Assert.All(Hosts(duet), host => Assert.Single(host.Output.Of<ChildUp>()));
    }

    // RFC 9370 2.2.4: who has got further than CREATE_CHILD_SA has the other one wait.
    [Fact]
    [Rfc(9370, "2.2.4", "A rekey that comes while ours is in IKE_FOLLOWUP_KE is answered with TEMPORARY_FAILURE")]
    public void A_rekey_that_comes_while_ours_is_in_IKE_FOLLOWUP_KE_is_put_off()
    {
        using Duet duet = Up(1, Hybrid);
        duet.Left.Connection.RekeyChild(duet.Now);
        byte[]? late = null;
        // The right end's own request is on the way for so long that the left one has its answer before.
        duet.Drops = (toRight, datagram) =>
        {
            bool isLate = !toRight && IsRequest(datagram, ExchangeType.CreateChildSa) && late is null;
            late = isLate ? datagram : late;
            return isLate || (toRight && IsRequest(datagram, ExchangeType.IkeFollowupKe));
        };
        duet.Right.Connection.RekeyChild(duet.Now);
        duet.RunUntil(() => duet.Left.Connection.Newest!.Creation is { IsInFollowup: true }, Settled);
        duet.Run(TimeSpan.FromMilliseconds(50));
        duet.Left.Endpoint.Receive(duet.Now, new PeerPath(duet.Left.Connection.Newest!.Path.Local, duet.Left.Connection.Newest.Path.Remote), late!);
        Assert.Contains(duet.Left.Output.Of<RekeyEnded>(), ended => ended is { ByPeer: true, Outcome: RekeyOutcome.PutOff });

        duet.Drops = (_, _) => false;
        duet.Run(TimeSpan.FromSeconds(30));
        duet.AssertAgreement();
    }

    [Fact]
    [Rfc(7296, "2.25.1", "A rekey of a child that is being closed is answered with TEMPORARY_FAILURE (SHOULD)")]
    public void A_rekey_of_a_child_that_the_other_end_is_deleting_is_put_off_and_then_forgotten()
    {
        using Duet duet = Up(1, Plain, c => c with { LivenessDelay = TimeSpan.FromHours(1) });
        Child child = duet.Right.Connection.Newest!.Children.First();
        duet.Drops = (toRight, datagram) => !toRight && IsRequest(datagram, ExchangeType.Informational);
        child.State = ChildState.Ending;
        duet.Right.Connection.Advance(duet.Now);
        duet.Right.Connection.RekeyChild(duet.Now);
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(TimeSpan.FromMilliseconds(100));
        Assert.Equal(RekeyOutcome.PutOff, Assert.Single(duet.Left.Output.Of<RekeyEnded>()).Outcome);

        duet.Drops = (_, _) => false;
        duet.Run(TimeSpan.FromSeconds(30));
        Assert.Single(duet.Left.Output.Of<RekeyEnded>());
        duet.AssertAgreement();
    }

    [Fact]
    [Rfc(7296, "2.25.1", "Deletes of the same child that cross are answered as usual")]
    public void A_child_that_both_ends_delete_is_gone_at_both()
    {
        using Duet duet = Up(1, Plain);
        foreach (Host host in Hosts(duet))
        {
            host.Connection.Newest!.Children.First().State = ChildState.Ending;
            host.Connection.Advance(duet.Now);
        }

        duet.Run(TimeSpan.FromMilliseconds(100));
        Assert.All(Hosts(duet), host => Assert.Single(host.Output.Of<ChildDown>()));
        Assert.All(Hosts(duet), host => Assert.Contains("remove 1000", host.Output.Intents));
        duet.AssertAgreement();
    }

    [Fact]
    public void A_child_that_the_other_end_deletes_while_we_rekey_it_is_deleted_and_asked_for_anew()
    {
        using Duet duet = Up(1, Plain);
        duet.Drops = (toRight, datagram) => toRight && IsRequest(datagram, ExchangeType.CreateChildSa);
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Right.Connection.Newest!.Children.First().State = ChildState.Ending;
        duet.Right.Connection.Advance(duet.Now);
        duet.Run(TimeSpan.FromMilliseconds(100));
        Assert.Single(duet.Left.Output.Of<ChildDown>());

        duet.Drops = (_, _) => false;
        duet.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(RekeyOutcome.Gone, duet.Left.Output.Of<RekeyEnded>().First().Outcome);
        duet.AssertAgreement();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_rekey_of_a_child_and_one_of_the_IKE_SA_both_wait_and_both_come_to_pass(bool childByLeft)
    {
        using Duet duet = Up(3, Hybrid);
        (childByLeft ? duet.Left : duet.Right).Connection.RekeyChild(duet.Now);
        (childByLeft ? duet.Right : duet.Left).Connection.RekeyIke(duet.Now);
        duet.Run(TimeSpan.FromMilliseconds(100));
        Assert.All(Hosts(duet), host => Assert.All(host.Output.Of<RekeyEnded>(), ended => Assert.Equal(RekeyOutcome.PutOff, ended.Outcome)));
        Assert.All(Hosts(duet), host => Assert.Equal(2, host.Output.Of<RekeyEnded>().Count()));

        duet.Run(TimeSpan.FromSeconds(30));
        duet.AssertAgreement();
        foreach (Host host in Hosts(duet))
        {
            Assert.Contains(host.Output.Of<RekeyEnded>(), ended => ended is { Kind: RekeyKind.Child, Outcome: RekeyOutcome.Done });
            Assert.Contains(host.Output.Of<RekeyEnded>(), ended => ended is { Kind: RekeyKind.Ike, Outcome: RekeyOutcome.Done });
        }
    }

    [Fact]
    [Rfc(7296, "2.25.2", "A Delete of an IKE SA that we rekey is answered as usual, and the rekey forgotten (SHOULD)")]
    public void An_IKE_SA_that_the_other_end_deletes_while_we_rekey_it_is_closed_as_usual()
    {
        using Duet duet = Up(1, Plain);
        duet.Drops = (toRight, datagram) => toRight && IsRequest(datagram, ExchangeType.CreateChildSa);
        duet.Left.Connection.RekeyIke(duet.Now);
        duet.Right.Connection.Close(duet.Now);
        duet.Run(TimeSpan.FromMilliseconds(100));

        Assert.Equal(ConnectionState.Closed, duet.Right.Connection.State);
        Assert.Equal(FailureReason.DeletedByPeer, Assert.Single(duet.Left.Output.Of<ConnectionFailed>()).Failure.Reason);
        Assert.Empty(duet.Left.Output.Installed);
    }

    // RFC 7296 2.8.2: the left end's request is lost until the right one, which knows of no collision, has deleted the old SA.
    [Fact]
    public void A_rekey_of_the_IKE_SA_that_is_overtaken_by_the_deletion_is_forgotten_and_the_children_live_on()
    {
        using Duet duet = Up(1, Plain);
        duet.Drops = (toRight, datagram) => toRight && IsRequest(datagram, ExchangeType.CreateChildSa);
        duet.Left.Connection.RekeyIke(duet.Now);
        duet.Right.Connection.RekeyIke(duet.Now);
        duet.Run(TimeSpan.FromMilliseconds(200));
        duet.Drops = (_, _) => false;
        duet.Run(Settled);

        duet.AssertAgreement();
        Assert.All(Hosts(duet), host => Assert.Empty(host.Output.Of<ChildDown>()));
        Assert.All(Hosts(duet), host => Assert.Equal(2, host.Output.Of<IkeSaEstablished>().Count()));
        Assert.Empty(duet.Left.Output.Of<ConnectionFailed>());
    }

    [Fact]
    public void A_rekey_of_a_child_that_is_overtaken_by_the_deletion_is_forgotten()
    {
        using Duet duet = Up(1, Plain);
        duet.Drops = (toRight, datagram) => toRight && IsRequest(datagram, ExchangeType.CreateChildSa);
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Right.Connection.RekeyChild(duet.Now);
        duet.Run(TimeSpan.FromMilliseconds(200));
        duet.Drops = (_, _) => false;
        duet.Run(TimeSpan.FromSeconds(30));

        duet.AssertAgreement();
        Assert.All(Hosts(duet), host => Assert.Equal([0, 1], host.Output.Of<ChildUp>().Select(up => up.Generation)));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Whatever_collides_in_a_bad_network_both_ends_agree_in_the_end(bool withFollowup, int seed)
    {
        var chance = new Random(seed);
        using Duet duet = Up(seed, withFollowup ? Hybrid : Plain);
        duet.Loss = 0.25;
        duet.Duplication = 0.2;
        duet.Jitter = TimeSpan.FromMilliseconds(150);
        for (int round = 0; round < 8; round++)
        {
            foreach (Host host in Hosts(duet))
            {
                if (chance.Next(3) == 0)
                    host.Connection.RekeyIke(duet.Now);
                else
                    host.Connection.RekeyChild(duet.Now);
                duet.Run(TimeSpan.FromMilliseconds(chance.Next(60)));
            }

            duet.Run(TimeSpan.FromSeconds(chance.Next(20)));
        }

        duet.Loss = 0;
        duet.Run(TimeSpan.FromMinutes(10));
        duet.AssertAgreement();
        Assert.All(Hosts(duet), host => Assert.Equal(host.Spis.Taken.Count, host.Spis.Released.Count + host.Output.Of<ChildUp>().Count()));
    }

    [Theory]
    [InlineData(RekeyKind.Child)]
    [InlineData(RekeyKind.Ike)]
    public void A_rekey_that_begins_while_the_peers_own_waits_to_go_on_is_judged_by_the_nonces_too(RekeyKind kind)
    {
        for (int seed = 1; seed <= 12; seed++)
        {
            using Duet duet = Up(seed, Hybrid);
            // Left has answered, and right does not get to know.
            duet.Drops = (toRight, datagram) => toRight && datagram[18] == (byte)ExchangeType.CreateChildSa && !IsRequest(datagram, ExchangeType.CreateChildSa);
            Rekey(duet.Right, kind, duet.Now);
            duet.RunUntil(() => duet.Left.Connection.Newest!.Pending.All.Any(), Settled);
            Rekey(duet.Left, kind, duet.Now);
            duet.Run(TimeSpan.FromSeconds(1));
            duet.Drops = (_, _) => false;
            duet.Run(TimeSpan.FromMinutes(2));

            duet.AssertAgreement();
            Assert.Single(duet.Left.Output.Installed);
            Assert.All(Hosts(duet), host => Assert.Single(host.Output.Of<RekeyEnded>(), ended => ended.Outcome == RekeyOutcome.Done && ended.Kind == kind));
        }
    }

    private static void Rekey(Host host, RekeyKind kind, TimeSpan now)
    {
        if (kind == RekeyKind.Ike)
            host.Connection.RekeyIke(now);
        else
            host.Connection.RekeyChild(now);
    }

    private static void AssertOneSurvived(Duet duet, RekeyKind kind, bool leftIsRedundant, bool isMade)
    {
        Host loser = leftIsRedundant ? duet.Left : duet.Right, winner = leftIsRedundant ? duet.Right : duet.Left;
        Assert.Single(loser.Output.Of<RekeyEnded>(), ended => ended is { ByPeer: false, Outcome: RekeyOutcome.Redundant } && ended.Kind == kind);
        Assert.Single(winner.Output.Of<RekeyEnded>(), ended => ended is { ByPeer: false, Outcome: RekeyOutcome.Done } && ended.Kind == kind);
        Assert.Equal(isMade ? 1 : 0, winner.Output.Of<RekeyEnded>().Count(ended => ended is { ByPeer: true, Outcome: RekeyOutcome.Done }));
        Assert.Single(loser.Output.Of<RekeyEnded>(), ended => ended is { ByPeer: true, Outcome: RekeyOutcome.Done });
    }

    /// <summary>Runs until both requests are answered.</summary>
    private static (byte[] Left, byte[] Right) LowestNonces(Duet duet, CreationTask left, CreationTask right)
    {
        duet.RunUntil(() => left.Fresh.Nr.Length > 0 && right.Fresh.Nr.Length > 0, Settled);
        return (left.Fresh.LowestNonce.ToArray(), right.Fresh.LowestNonce.ToArray());
    }

    private static bool IsRequest(byte[] datagram, ExchangeType exchange) => datagram[18] == (byte)exchange && (datagram[19] & 0x20) == 0;

    private static Func<ConnectionConfig, ConnectionConfig> Ike(bool withFollowup) => config => withFollowup
        ? config
        : config with { IkeProposals = [MlKemAlone] };

    private static IkeProposal MlKemAlone { get; } = new(
        [new(TransformType.Encryption, 20, 256), Transform.Of(PrfId.HmacSha2_384), Transform.Of(KeyExchangeMethod.MlKem768)]);

    private static Duet Up(int seed, EspProposal proposal, Func<ConnectionConfig, ConnectionConfig>? more = null)
    {
        ConnectionConfig Configure(ConnectionConfig config) => (more ?? (c => c))(config with { EspProposals = [proposal] });
        return new Duet(seed, left: Configure, right: Configure).Start();
    }

    private static Host[] Hosts(Duet duet) => [duet.Left, duet.Right];
}
