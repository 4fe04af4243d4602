using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests;

public sealed class RekeyingTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(7);

    public static TheoryData<string, bool> ChildProposals()
    {
        TheoryData<string, bool> data = [];
        foreach (string methods in Suites.Keys)
        {
            data.Add(methods, true);
            data.Add(methods, false);
        }

        return data;
    }

    private static Dictionary<string, EspProposal> Suites { get; } = new(StringComparer.Ordinal)
    {
        [""] = Esp(),
        ["P-384"] = Esp(Transform.Of(KeyExchangeMethod.Ecp384)),
        ["ML-KEM-768"] = Esp(Transform.Of(KeyExchangeMethod.MlKem768)),
        ["P-384, ML-KEM-768"] = Esp(Transform.Of(KeyExchangeMethod.Ecp384), Transform.Additional(1, KeyExchangeMethod.MlKem768)),
        ["X25519, ML-KEM-512, ML-KEM-1024"] = Esp(
            Transform.Of(KeyExchangeMethod.X25519),
            Transform.Additional(1, KeyExchangeMethod.MlKem512),
            Transform.Additional(3, KeyExchangeMethod.MlKem1024)),
    };

    [Theory, MemberData(nameof(ChildProposals))]
    public void A_child_gets_a_successor_with_key_exchanges_of_its_own_whichever_end_began(string methods, bool byLeft)
    {
        using Duet duet = Up(With(Suites[methods]));
        Begin(duet, byLeft).RekeyChild(duet.Now);
        duet.Run(Late);

        duet.AssertAgreement();
        foreach (Host host in Hosts(duet))
        {
            ChildUp[] ups = [.. host.Output.Of<ChildUp>()];
            Assert.Equal([0, 1], ups.Select(up => up.Generation));
            Assert.Equal(ups[0].InboundSpi, ups[1].Replaces);
            Assert.Equal(methods, string.Join(", ", ups[1].KeyExchanges));
            Assert.Equal((true, methods.Contains("ML-KEM", StringComparison.Ordinal)), (ups[1].QuantumSafe, ups[1].OwnQuantumSafe));
            Assert.Single(host.Output.Of<IkeSaEstablished>());
            RekeyEnded ended = Assert.Single(host.Output.Of<RekeyEnded>());
            Assert.Equal((RekeyKind.Child, RekeyOutcome.Done, byLeft != (host == duet.Left)), (ended.Kind, ended.Outcome, ended.ByPeer));
            Assert.Equal(ConnectionState.Established, host.Connection.State);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_IKE_SA_gets_a_successor_that_inherits_the_children_whichever_end_began(bool byLeft)
    {
        using Duet duet = Up();
        for (int round = 1; round <= 3; round++)
        {
            Begin(duet, byLeft == (round % 2 == 1)).RekeyIke(duet.Now);
            duet.Run(Late);
        }

        duet.AssertAgreement();
        foreach (Host host in Hosts(duet))
        {
            IkeSaEstablished[] ups = [.. host.Output.Of<IkeSaEstablished>()];
            Assert.Equal(4, ups.Length);
            Assert.Equal(4, ups.Select(up => up.InitiatorSpi).Distinct().Count());
            Assert.All(ups, up => Assert.Equal(["P-384", "ML-KEM-768"], up.KeyExchanges));
            Assert.Equal(ups[..3].Select(up => up.InitiatorSpi), host.Output.Of<IkeSaClosed>().Select(closed => closed.InitiatorSpi));
            Assert.Single(host.Output.Of<ChildUp>());
            Assert.Empty(host.Output.Of<ChildDown>());
            Assert.All(host.Output.Of<RekeyEnded>(), ended => Assert.Equal((RekeyKind.Ike, RekeyOutcome.Done), (ended.Kind, ended.Outcome)));
            Assert.Equal(3, host.Output.Of<RekeyEnded>().Count());
        }

        // RFC 7296 2.8: the new SA's original initiator is who began the rekey.
        Assert.Equal(byLeft, duet.Left.Output.Of<IkeSaEstablished>().Last().IsInitiator);
        Assert.Equal(byLeft, !duet.Right.Output.Of<IkeSaEstablished>().Last().IsInitiator);
        Assert.Equal(0u, duet.Right.Connection.Newest!.FirstPeerRequestId);
    }

    [Fact]
    [Rfc(7296, "2.17", "Keys of a child come from the SK_d of the IKE SA that carries the exchange")]
    public void Children_of_a_rekeyed_IKE_SA_are_rekeyed_from_its_fresh_keys()
    {
        using Duet duet = Up(With(Suites["P-384, ML-KEM-768"]));
        Begin(duet, byLeft: false).RekeyIke(duet.Now);
        duet.Run(Soon);
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(Late);
        duet.Right.Connection.RekeyChild(duet.Now);
        duet.Run(Late);

        duet.AssertAgreement();
        Assert.Equal([0, 1, 2], duet.Right.Output.Of<ChildUp>().Select(up => up.Generation));
    }

    [Fact]
    public void Lifetimes_rekey_child_and_IKE_SA_again_and_again_and_never_at_both_ends()
    {
        using Duet duet = Up(c => c with { ChildLifetime = TimeSpan.FromMinutes(10), IkeLifetime = TimeSpan.FromMinutes(35) });
        duet.Run(TimeSpan.FromHours(5));

        duet.AssertAgreement();
        Assert.InRange(duet.Left.Output.Of<ChildUp>().Count(), 30, 40);
        Assert.InRange(duet.Left.Output.Of<IkeSaEstablished>().Count(), 9, 12);
        Assert.All(duet.Left.Output.Of<RekeyEnded>(), ended => Assert.NotEqual(RekeyOutcome.Failed, ended.Outcome));
        Assert.Contains(duet.Left.Output.Of<RekeyEnded>(), ended => ended.ByPeer);
        Assert.Contains(duet.Left.Output.Of<RekeyEnded>(), ended => !ended.ByPeer);
        Assert.Equal([ConnectionState.Connecting, ConnectionState.Established], duet.Left.Output.Of<ConnectionStateChanged>().Select(c => c.State));
    }

    [Fact]
    public void What_a_child_may_carry_is_told_to_the_data_plane_and_its_sign_rekeys_that_child_alone()
    {
        using Duet duet = Up(c => PerPair(c) with { ChildOctets = 1_000_000, ChildPackets = 1000 });
        ChildSa first = duet.Left.Output.Installed[0];
        Assert.Equal((1_000_000, 1000), (first.Limits.Octets, first.Limits.Packets));
        Assert.InRange(first.Limits.RekeyOctets, 800_000, 900_000);
        Assert.InRange(first.Limits.RekeyPackets, 800, 900);

        duet.Left.Connection.RekeyChild(duet.Now, first.InboundSpi);
        duet.Run(Late);
        duet.AssertAgreement();
        Assert.Equal(first.InboundSpi, Assert.Single(duet.Left.Output.Of<ChildUp>(), up => up.Generation == 1).Replaces);
    }

    [Fact]
    public void Each_pair_of_selectors_gets_a_child_of_its_own_and_all_of_them_outlive_rekeys()
    {
        using Duet duet = Up(PerPair);
        duet.AssertAgreement();
        Assert.Equal(4, duet.Left.Output.Installed.Count);
        Assert.Equal(4, duet.Left.Output.Installed.Select(child => (child.LocalSelectors.Single(), child.RemoteSelectors.Single())).Distinct().Count());

        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Right.Connection.RekeyIke(duet.Now);
        duet.Run(TimeSpan.FromMinutes(1));
        duet.AssertAgreement();
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], duet.Left.Output.Of<ChildUp>().Select(up => up.Generation).Order());
        Assert.Equal(2, duet.Left.Output.Of<IkeSaEstablished>().Count());
    }

    [Fact]
    public void One_of_several_children_that_the_peer_deletes_is_asked_for_again()
    {
        using Duet duet = Up(PerPair);
        Child gone = duet.Right.Connection.Newest!.Children.First();
        gone.State = ChildState.Ending;
        duet.Right.Connection.Advance(duet.Now);
        duet.Run(Soon);
        Assert.Equal(3, duet.Left.Output.Installed.Count);

        duet.Run(TimeSpan.FromSeconds(20));
        duet.AssertAgreement();
        Assert.Equal(4, duet.Left.Output.Installed.Count);
        Assert.Empty(duet.Left.Output.Of<ConnectionFailed>());
    }

    [Fact]
    public void Re_authentication_makes_a_new_IKE_SA_beside_the_old_one_before_that_ends()
    {
        using Duet duet = Up(c => c with { IkeLifetime = TimeSpan.FromMinutes(30), Reauthenticates = true });
        duet.Run(TimeSpan.FromMinutes(29));

        duet.AssertAgreement();
        Assert.Equal(["in 1000", "out 1000", "in 1001", "out 1001", "remove 1000"], duet.Left.Output.Intents);
        Assert.Equal(2, duet.Left.Output.Of<IkeSaEstablished>().Count());
        Assert.Empty(duet.Left.Output.Of<RekeyEnded>());
        Assert.Equal(ConnectionState.Established, duet.Right.Connection.State);
    }

    [Fact]
    public void Both_ends_prove_themselves_anew_within_the_interval_and_rekey_between()
    {
        using Duet duet = Up(c => c with { IkeLifetime = TimeSpan.FromMinutes(10), ReauthenticationInterval = TimeSpan.FromHours(1) });
        duet.Run(TimeSpan.FromMinutes(59));

        duet.AssertAgreement();
        int rekeys = duet.Left.Output.Of<RekeyEnded>().Count(ended => ended is { Kind: RekeyKind.Ike, Outcome: RekeyOutcome.Done });
        Assert.InRange(rekeys, 4, 8);
        // One to begin with, one for each rekey, one by a new proof.
        Assert.Equal(rekeys + 2, duet.Left.Output.Of<IkeSaEstablished>().Count());
        Assert.Empty(duet.Left.Output.Of<ConnectionFailed>());
    }

    [Fact]
    public void An_SA_that_cannot_be_proved_anew_within_the_interval_ends_however_often_it_was_rekeyed()
    {
        using Duet duet = Up(c => c with { IkeLifetime = TimeSpan.FromMinutes(10), ReauthenticationInterval = TimeSpan.FromHours(1) });
        duet.Drops = (_, datagram) => datagram[18] == (byte)ExchangeType.IkeSaInit;
        duet.Run(TimeSpan.FromMinutes(59));
        duet.AssertAgreement();

        duet.Run(TimeSpan.FromMinutes(1.1));
        Assert.Empty(duet.Left.Output.Installed);
        Assert.Contains(duet.Left.Output.Of<ConnectionFailed>(), failed => failed.Failure.Reason == FailureReason.LifetimeExpired);
    }

    [Fact]
    [Rfc(7296, "2.8", "The responder of a rekey can receive by the new child before its answer goes out")]
    public void The_peer_can_receive_by_the_new_child_before_it_says_so()
    {
        using Duet duet = Up(With(Suites["P-384, ML-KEM-768"]));
        List<int> installed = [];
        duet.Drops = (toRight, datagram) =>
        {
            if (!toRight && datagram[18] == (byte)ExchangeType.IkeFollowupKe)
                installed.Add(duet.Right.Output.Intents.Count(intent => intent.StartsWith("in ", StringComparison.Ordinal)));
            return false;
        };
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(Soon);

        Assert.Equal([2], installed);
    }

    [Fact]
    [Rfc(7296, "2.8", "The responder of a rekey sends by the old child until the new one is known to be up")]
    public void Who_answered_sends_by_the_old_child_until_the_other_end_deletes_it()
    {
        using Duet duet = Up();
        duet.Drops = (_, datagram) => datagram[18] == (byte)ExchangeType.Informational;
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(TimeSpan.FromMilliseconds(100));
        Assert.Equal(["in 1000", "out 1000", "in 1001", "out 1001"], duet.Left.Output.Intents);
        Assert.Equal(["in 1000", "out 1000", "in 1001"], duet.Right.Output.Intents);

        duet.Drops = (_, _) => false;
        duet.Run(TimeSpan.FromSeconds(4.5));
        Assert.Equal(["in 1000", "out 1000", "in 1001", "out 1001"], duet.Right.Output.Intents);
    }

    [Fact]
    public void Who_answered_sends_by_the_new_child_as_soon_as_it_receives_by_it()
    {
        using Duet duet = Up();
        duet.Drops = (_, datagram) => datagram[18] == (byte)ExchangeType.Informational;
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(TimeSpan.FromMilliseconds(100));
        EspSpi old = duet.Right.Output.Of<ChildUp>().First().InboundSpi, fresh = duet.Right.Output.Of<ChildUp>().Last().InboundSpi;

        duet.Right.Connection.InboundUsed(duet.Now, old);
        Assert.DoesNotContain("out 1001", duet.Right.Output.Intents);
        duet.Right.Connection.InboundUsed(duet.Now, fresh);
        Assert.Contains("out 1001", duet.Right.Output.Intents);
    }

    [Fact]
    public void A_replaced_child_receives_for_some_seconds_more()
    {
        using Duet duet = Up();
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(TimeSpan.FromSeconds(4.9));
        Assert.All(Hosts(duet), host => Assert.DoesNotContain("remove 1000", host.Output.Intents));
        Assert.All(Hosts(duet), host => Assert.Single(host.Output.Of<ChildDown>()));

        duet.Run(TimeSpan.FromSeconds(0.3));
        Assert.All(Hosts(duet), host => Assert.Equal("remove 1000", host.Output.Intents[^1]));
    }

    [Fact]
    [Rfc(7296, "1.3.1", "INVALID_KE_PAYLOAD in CREATE_CHILD_SA is followed by a retry with the group that the peer wants")]
    public void A_method_that_the_peer_does_not_take_is_changed_for_one_that_it_wants()
    {
        EspProposal both = Esp(Transform.Of(KeyExchangeMethod.Ecp256), Transform.Of(KeyExchangeMethod.Ecp384));
        using Duet duet = new Duet(left: With(both), right: With(Suites["P-384"])).Start();
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(Late);

        duet.AssertAgreement();
        Assert.Equal(["P-384"], duet.Left.Output.Of<ChildUp>().Last().KeyExchanges);
    }

    [Fact]
    public void Key_exchanges_that_differ_show_at_the_first_rekey_and_a_fresh_IKE_SA_takes_over()
    {
        using Duet duet = new Duet(left: With(Suites["P-384"]), right: With(Suites["ML-KEM-768"])).Start();
        duet.Run(TimeSpan.FromMinutes(2));
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(TimeSpan.FromSeconds(10));

        duet.AssertAgreement();
        RekeyEnded ended = Assert.Single(duet.Left.Output.Of<RekeyEnded>());
        Assert.Equal((RekeyOutcome.Failed, FailureReason.NoProposalChosen), (ended.Outcome, ended.Failure!.Reason));
        Assert.Contains("spec.child.proposals", ended.Failure.Message);
        Assert.Equal(FailureReason.NoProposalChosen, Assert.Single(duet.Right.Output.Of<RekeyEnded>()).Failure!.Reason);
        Assert.Equal(2, duet.Left.Output.Of<IkeSaEstablished>().Count());
    }

    [Fact]
    public void A_peer_that_has_forgotten_the_link_is_asked_again_from_the_beginning()
    {
        using Duet duet = new Duet(
            left: With(Suites["P-384, ML-KEM-768"]),
            right: c => With(Suites["P-384, ML-KEM-768"])(c) with { FollowupTime = TimeSpan.FromMilliseconds(5) }).Start();
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(Soon);
        Assert.Equal(RekeyOutcome.PutOff, Assert.Single(duet.Left.Output.Of<RekeyEnded>()).Outcome);
        Assert.Equal(duet.Right.Spis.Taken.Count, duet.Right.Spis.Released.Count + 1);
        duet.AssertAgreement();

        duet.Run(TimeSpan.FromSeconds(20));
        Assert.True(duet.Left.Output.Of<RekeyEnded>().Count() >= 2);
        Assert.Equal(ConnectionState.Established, duet.Left.Connection.State);
    }

    [Theory]
    [InlineData("ML-KEM-768")]
    [InlineData("P-384, ML-KEM-768")]
    [Rfc("draft-ietf-ipsecme-ikev2-mlkem", "2.2", "A ciphertext of the wrong length in IKE_FOLLOWUP_KE ends the existing IKE SA")]
    public void A_ciphertext_of_the_wrong_length_ends_the_IKE_SA(string methods)
    {
        ShorteningKeyExchanges keys = new();
        using Duet duet = new Duet(left: With(Suites[methods]), right: With(Suites[methods]), keyExchanges: keys).Start();
        keys.Shortens = true;
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(TimeSpan.FromMilliseconds(200));

        Assert.Equal(FailureReason.ProtocolViolation, Assert.Single(duet.Left.Output.Of<ConnectionFailed>()).Failure.Reason);
        Assert.Single(duet.Right.Output.Of<IkeSaClosed>());
    }

    [Fact]
    public void A_rekey_of_the_IKE_SA_without_ML_KEM_is_refused_where_it_is_required()
    {
        using World world = new World().Start(Soon);
        world.Peer.Request(ExchangeType.CreateChildSa, writer =>
        {
            SaPayload.Write(writer, ProtocolId.Ike, [1, 2, 3, 4, 5, 6, 7, 8], [World.Classical.Transforms]);
            NoncePayload.Write(writer, new byte[32]);
            KeyExchangePayload.Write(writer, KeyExchangeMethod.Ecp384, new byte[96]);
        });
        world.Run(Soon);

        (PayloadType first, byte[] payloads) = Assert.Single(world.Peer.AnswersToUs);
        Assert.Equal(PayloadType.Notify, first);
        Assert.True(NotifyPayload.TryRead(payloads.AsSpan(4), out NotifyPayload notify));
        Assert.Equal(NotifyType.NoProposalChosen, notify.Type);
        RekeyEnded ended = Assert.Single(world.Output.Of<RekeyEnded>());
        Assert.Equal((RekeyKind.Ike, true, FailureReason.NotQuantumSafe), (ended.Kind, ended.ByPeer, ended.Failure!.Reason));
    }

    [Fact]
    public void Of_two_successors_that_wait_traffic_ends_up_at_the_later()
    {
        using Duet duet = new Duet(left: c => c with { SuccessorDelay = TimeSpan.FromSeconds(10) }).Start();
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(Soon);
        duet.Left.Connection.RekeyChild(duet.Now);
        duet.Run(TimeSpan.FromSeconds(30));
        string[] turns = [.. duet.Left.Output.Intents.Where(intent => intent.StartsWith("out ", StringComparison.Ordinal))];
        Assert.Equal(["out 1000", "out 1001", "out 1002"], turns);
        duet.AssertAgreement();
    }

    [Fact]
    public void A_successor_that_waits_takes_the_traffic_before_the_old_ones_lifetime_is_over()
    {
        using Duet duet = new Duet(left: c => c with { ChildLifetime = TimeSpan.FromSeconds(60), SuccessorDelay = TimeSpan.FromMinutes(2) }).Start();
        duet.Run(TimeSpan.FromSeconds(44));
        Assert.DoesNotContain("out 1001", duet.Left.Output.Intents);
        duet.RunUntil(() => duet.Left.Output.Intents.Contains("out 1001"), TimeSpan.FromSeconds(10));
        // What the peer has sent on the old one may still be on the way.
        Assert.DoesNotContain("remove 1000", duet.Left.Output.Intents);
        duet.Run(TimeSpan.FromSeconds(2));
        Assert.DoesNotContain("remove 1000", duet.Left.Output.Intents);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void A_bad_network_delays_rekeys_and_spoils_none(double loss)
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            using Duet duet = new Duet(seed, With(Suites["P-384, ML-KEM-768"]), With(Suites["P-384, ML-KEM-768"])).Start();
            duet.Loss = loss;
            duet.Duplication = 0.2;
            duet.Jitter = TimeSpan.FromMilliseconds(200);
            for (int round = 0; round < 6; round++)
            {
                IkeConnection beginner = Begin(duet, byLeft: (seed + round) % 2 == 0);
                if (round % 3 == 2)
                    beginner.RekeyIke(duet.Now);
                else
                    beginner.RekeyChild(duet.Now);
                duet.Run(TimeSpan.FromSeconds(60));
            }

            duet.Loss = 0;
            duet.Run(TimeSpan.FromMinutes(5));
            duet.AssertAgreement();
        }
    }

    internal static EspProposal Esp(params Transform[] keyExchanges) => new([new Transform(TransformType.Encryption, 20, 256), .. keyExchanges]);

    private static ConnectionConfig PerPair(ConnectionConfig config) => config with
    {
        SelectorMode = SelectorMode.PerPair,
        LocalSelectors = [.. config.LocalSelectors, TrafficSelector.Of(IPNetwork.Parse(config.StartAction == StartAction.Start ? "10.3.0.0/16" : "10.4.0.0/16"))],
        RemoteSelectors = [.. config.RemoteSelectors, TrafficSelector.Of(IPNetwork.Parse(config.StartAction == StartAction.Start ? "10.4.0.0/16" : "10.3.0.0/16"))],
    };

    private static Func<ConnectionConfig, ConnectionConfig> With(EspProposal proposal) => config => config with { EspProposals = [proposal] };

    private static Duet Up(Func<ConnectionConfig, ConnectionConfig>? configure = null) => new Duet(left: configure, right: configure).Start();

    private static IkeConnection Begin(Duet duet, bool byLeft) => (byLeft ? duet.Left : duet.Right).Connection;

    private static Host[] Hosts(Duet duet) => [duet.Left, duet.Right];
}
