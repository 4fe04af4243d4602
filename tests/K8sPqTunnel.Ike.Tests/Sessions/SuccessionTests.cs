using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Sessions;

/// <summary>What takes whose place, and when: what the simulation has found, each by itself.</summary>
public sealed class SuccessionTests
{
    private const byte ResponseFlag = 0x20;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    [Fact]
    public void Of_a_rekey_that_the_peer_has_begun_and_finished_the_successor_inherits_the_children_also_where_our_own_is_never_answered()
    {
        using Duet duet = new Duet().Start();
        // Of the left end's rekey all comes through but the deletion at its end; of the right end's nothing.
        duet.Drops = (toRight, datagram) => IsRequest(datagram) &&
            (toRight ? datagram[18] == (byte)ExchangeType.Informational : datagram[18] == (byte)ExchangeType.CreateChildSa);
        duet.Left.Connection.RekeyIke(duet.Now);
        duet.Right.Connection.RekeyIke(duet.Now);
        duet.RunUntil(() => duet.Left.Output.Of<IkeSaClosed>().Any(), TimeSpan.FromMinutes(1));
        duet.Drops = (_, _) => false;
        duet.Run(TimeSpan.FromMinutes(5));

        duet.AssertAgreement();
        Assert.Empty(duet.Right.Output.Of<ConnectionFailed>());
    }

    [Fact]
    public void A_rekey_of_a_child_that_a_rekey_of_the_IKE_SA_has_put_off_follows_at_once()
    {
        using Duet duet = new Duet().Start();
        duet.Right.Connection.RekeyIke(duet.Now);
        duet.Run(TimeSpan.FromMilliseconds(15));
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(Soon);

        Assert.Contains(duet.Left.Output.Of<RekeyEnded>(), ended => ended is { Kind: RekeyKind.Child, Outcome: RekeyOutcome.PutOff });
        Assert.Contains(duet.Left.Output.Of<RekeyEnded>(), ended => ended is { Kind: RekeyKind.Ike, Outcome: RekeyOutcome.Done });
        Assert.Contains(duet.Left.Output.Of<RekeyEnded>(), ended => ended is { Kind: RekeyKind.Child, Outcome: RekeyOutcome.Done });
    }

    [Fact]
    public void An_IKE_SA_that_another_has_taken_over_from_goes_at_once_when_a_child_of_it_is_worn()
    {
        using Duet duet = new Duet().Start(TimeSpan.FromMinutes(2));
        EspSpi worn = duet.Right.Output.Installed[0].InboundSpi;
        duet.Left.Connection.Renew(duet.Now);
        duet.RunUntil(() => duet.Right.Output.Of<IkeSaEstablished>().Count() == 2, TimeSpan.FromSeconds(10));
        // Who has begun does not delete the old one.
        duet.Drops = (toRight, datagram) => toRight && IsRequest(datagram) && datagram[18] == (byte)ExchangeType.Informational;
        duet.Run(Soon);
        Assert.Empty(duet.Right.Output.Of<IkeSaClosed>());
        Assert.DoesNotContain("out 1001", duet.Right.Output.Intents);
        duet.Right.Connection.RekeyChild(duet.Now, worn);
        Assert.Contains("out 1001", duet.Right.Output.Intents);
        duet.Drops = (_, _) => false;
        duet.Run(Soon);
        Assert.Single(duet.Right.Output.Of<IkeSaClosed>());
        duet.AssertAgreement();
    }

    [Fact]
    public void Of_two_new_IKE_SAs_traffic_turns_to_one_that_has_all_children()
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            using Duet duet = new Duet(seed, left: Pairs, right: c => Pairs(c) with { StartAction = StartAction.Start }).Start(TimeSpan.FromMinutes(2));
            duet.Left.Connection.Renew(duet.Now);
            duet.Right.Connection.Renew(duet.Now);
            duet.RunUntil(() => duet.Left.Output.Installed.Count == 9 && duet.Right.Output.Installed.Count == 9, TimeSpan.FromSeconds(10));
            duet.Run(TimeSpan.FromSeconds(0.1));
            int left = duet.Left.Output.Intents.Count, right = duet.Right.Output.Intents.Count;
            // Only who has begun the one that counts knows already that the other has all of it.
            duet.Left.Connection.RekeyChild(duet.Now, duet.Left.Output.Installed[0].InboundSpi);
            duet.Right.Connection.RekeyChild(duet.Now, duet.Right.Output.Installed[0].InboundSpi);
            duet.Run(TimeSpan.FromSeconds(0.4));
            Assert.Equal(4, Turns(duet.Left, left));
            Assert.Equal(4, Turns(duet.Right, right));
        }
    }

    [Fact]
    public void A_new_IKE_SA_whose_lifetime_is_over_before_it_has_a_child_is_begun_anew()
    {
        using var duet = new Duet(left: c => Childless(c) with { IkeLifetime = TimeSpan.FromMinutes(1) }, right: Childless);
        duet.Start();
        duet.Run(TimeSpan.FromSeconds(20));
        duet.Left.Connection.Renew(duet.Now);
        // It comes up, and its child does not.
        duet.Drops = (toRight, datagram) => toRight && IsRequest(datagram) && datagram[18] == (byte)ExchangeType.CreateChildSa;
        duet.RunUntil(() => duet.Left.Output.Of<ConnectionFailed>().Any(), TimeSpan.FromMinutes(3));
        duet.Drops = (_, _) => false;
        duet.Run(TimeSpan.FromMinutes(3));
        duet.AssertAgreement();
        Assert.Equal(ConnectionState.Established, duet.Left.Connection.State);
    }

    /// <summary>Children that traffic has turned to since.</summary>
    private static int Turns(Host host, int intents) =>
        host.Output.Intents.Skip(intents).Count(intent => intent.StartsWith("out ", StringComparison.Ordinal));

    private static bool IsRequest(byte[] datagram) => (datagram[19] & ResponseFlag) == 0;

    private static ConnectionConfig Childless(ConnectionConfig config) => config with
    {
        Childless = true,
        EspProposals = [RekeyingTests.Esp(Transform.Of(KeyExchangeMethod.Ecp384), Transform.Additional(1, KeyExchangeMethod.MlKem768))],
    };

    /// <summary>Two networks at each end, and so four children.</summary>
    private static ConnectionConfig Pairs(ConnectionConfig config) => config with
    {
        SelectorMode = SelectorMode.PerPair,
        LocalSelectors = [.. config.LocalSelectors, Beside(config.LocalSelectors[0])],
        RemoteSelectors = [.. config.RemoteSelectors, Beside(config.RemoteSelectors[0])],
    };

    private static TrafficSelector Beside(TrafficSelector selector)
    {
        byte[] start = selector.Start.GetAddressBytes();
        start[1] += 10;
        return TrafficSelector.Of(new System.Net.IPNetwork(new System.Net.IPAddress(start), 16));
    }
}
