using System.Net;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests;

/// <summary>Keys that change while a tunnel is up, on one end before the other.</summary>
public sealed class CredentialRotationTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    private readonly Secret _old = new("the key of the old year"u8);
    private readonly Secret _new = new("the key of the new year"u8);
    private readonly Secret _wrong = new("the key of somebody else"u8);

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
        _wrong.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_new_key_is_taken_up_whichever_end_has_it_first_and_packets_can_pass_all_the_while(bool leftFirst)
    {
        using Duet duet = Up();
        Take(leftFirst ? duet.Left : duet.Right, duet.Now);
        RunWatched(duet, TimeSpan.FromMinutes(1));
        Take(leftFirst ? duet.Right : duet.Left, duet.Now);
        RunWatched(duet, TimeSpan.FromMinutes(2));

        duet.AssertAgreement();
        Assert.Equal(2, duet.Left.Output.Of<IkeSaEstablished>().Count());
        Assert.All([duet.Left, duet.Right], host => Assert.Equal(ConnectionState.Established, host.Connection.State));
    }

    [Fact]
    public void A_peer_that_begins_with_the_former_key_is_taken_in_its_time_and_not_after()
    {
        using Duet duet = Duet(_old, _new, former: _old);
        duet.Start();
        duet.AssertAgreement();
        Assert.Equal(ConnectionState.Established, duet.Left.Connection.State);

        using Duet late = Duet(_old, _new, former: null);
        late.Start();
        Assert.Contains(late.Left.Output.Of<ConnectionFailed>(), failed => failed.Failure.Reason == FailureReason.AuthenticationFailed);
        Assert.Empty(late.Left.Output.Installed);
    }

    [Fact]
    public void A_peer_that_has_only_the_former_key_is_reached_with_it()
    {
        using Duet duet = Duet(_new, _old);
        duet.Left.Connection.TakeCredentials(duet.Now, config => config with { Authentication = AuthenticationConfig.PreSharedKey(_new) with { FormerKey = _old } });
        duet.Start(TimeSpan.FromMinutes(2));
        duet.AssertAgreement();
        Assert.Equal(ConnectionState.Established, duet.Left.Connection.State);
        Assert.Single(duet.Left.Output.Of<ConnectionFailed>());
    }

    [Fact]
    public void A_wrong_key_is_not_taken_for_a_former_one()
    {
        using Duet duet = Duet(_wrong, _new, former: _old);
        duet.Start(TimeSpan.FromMinutes(2));
        Assert.Empty(duet.Left.Output.Installed);
        Assert.Empty(duet.Right.Output.Installed);
    }

    [Fact]
    public void A_new_key_ends_the_wait_after_failures_with_a_wrong_one()
    {
        using Duet duet = Duet(_wrong, _new);
        duet.Start(TimeSpan.FromMinutes(2));
        Assert.Equal(ConnectionState.Waiting, duet.Left.Connection.State);
        duet.Left.Connection.TakeCredentials(duet.Now, config => config with { Authentication = AuthenticationConfig.PreSharedKey(_new) });
        duet.Run(TimeSpan.FromSeconds(1));
        duet.AssertAgreement();
    }

    [Fact]
    public void The_end_of_the_former_keys_time_changes_nothing_of_what_is_up()
    {
        using Duet duet = Up();
        Take(duet.Right, duet.Now);
        Take(duet.Left, duet.Now);
        duet.Run(TimeSpan.FromMinutes(2));
        foreach (Host host in (Host[])[duet.Left, duet.Right])
            host.Connection.TakeCredentials(duet.Now, config => config with { Authentication = config.Authentication with { FormerKey = null } });
        RunWatched(duet, TimeSpan.FromMinutes(1));
        duet.AssertAgreement();
        Assert.Equal(2, duet.Left.Output.Of<IkeSaEstablished>().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_other_threads_have_sealed_by_the_old_SA_has_time_to_arrive_before_the_peer_hears_of_its_deletion(bool hasNewKey)
    {
        using Duet duet = Up();
        if (hasNewKey)
        {
            Take(duet.Right, duet.Now);
            Take(duet.Left, duet.Now);
        }
        else
        {
            duet.Left.Connection.Renew(duet.Now);
        }

        TimeSpan turned = Until(duet, () => duet.Left.Output.Intents.Count(intent => intent.StartsWith("out", StringComparison.Ordinal)) == 2);
        TimeSpan deleted = Until(duet, () => duet.Right.Output.Installed.Count == 1);
        Assert.InRange(deleted - turned, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1));
        duet.Run(Soon);
        duet.AssertAgreement();
    }

    [Fact]
    public void The_peers_of_a_pattern_are_taken_with_either_key()
    {
        using Duet duet = Duet(_old, _wrong);
        ConnectionConfig pattern = Simulation.Duet.RightConfig() with
        {
            Name = "branches",
            RemoteAddresses = [],
            RemoteNetworks = [IPNetwork.Parse("0.0.0.0/0")],
            RemoteIdentity = null,
            Authentication = AuthenticationConfig.PreSharedKey(_old),
        };
        duet.Right.AddPattern(pattern);
        duet.Left.Start(duet.Now);
        duet.Run(Soon);
        IkeConnection made = Assert.Single(duet.Right.Endpoint.ConnectionsOf(pattern));

        ConnectionConfig changed = duet.Right.Endpoint.TakeCredentials(duet.Now, pattern, config => config with { Authentication = With(_new) });
        Assert.Same(made, Assert.Single(duet.Right.Endpoint.ConnectionsOf(changed)));
        Take(duet.Left, duet.Now);
        RunWatched(duet, TimeSpan.FromMinutes(2));
        Assert.Equal(2, duet.Left.Output.Of<IkeSaEstablished>().Count());
        Assert.Same(made, Assert.Single(duet.Right.Endpoint.ConnectionsOf(changed)));
    }

    private static TimeSpan Until(Duet duet, Func<bool> condition)
    {
        for (TimeSpan begin = duet.Now; !condition(); duet.Run(Step))
            Assert.InRange(duet.Now - begin, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        return duet.Now;
    }

    private Duet Up()
    {
        Duet duet = Duet(_old, _old);
        duet.Start();
        duet.AssertAgreement();
        return duet;
    }

    private static Duet Duet(Secret left, Secret right, Secret? former = null) => new(
        left: config => config with { Authentication = AuthenticationConfig.PreSharedKey(left) },
        right: config => config with { Authentication = AuthenticationConfig.PreSharedKey(right) with { FormerKey = former } });

    private AuthenticationConfig With(Secret key) => AuthenticationConfig.PreSharedKey(key) with { FormerKey = _old };

    private void Take(Host host, TimeSpan now) => host.Connection.TakeCredentials(now, config => config with { Authentication = With(_new) });

    // What either end sends by, the other can receive, at every step.
    private static void RunWatched(Duet duet, TimeSpan duration)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < duration; passed += Step)
        {
            duet.Run(Step);
            Assert.Contains(duet.Left.Output.Installed, left => duet.Right.Output.Installed.Any(right => right.InboundSpi == left.OutboundSpi && right.OutboundSpi == left.InboundSpi));
        }
    }
}
