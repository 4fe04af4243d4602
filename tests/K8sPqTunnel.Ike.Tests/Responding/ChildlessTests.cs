using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Responding;

/// <summary>The IKE SA first, the child SA by an exchange of its own (RFC 6023).</summary>
public sealed class ChildlessTests
{
    private static readonly EspProposal OwnKeys = new(
        [new(TransformType.Encryption, 20, 256), Transform.Of(KeyExchangeMethod.Ecp384), Transform.Additional(1, KeyExchangeMethod.MlKem768)]);

    [Fact]
    [Rfc(6023, "4", "The first child of a childless IKE SA comes by CREATE_CHILD_SA")]
    public void The_first_child_has_key_exchanges_of_its_own()
    {
        using Duet duet = new Duet(left: Childless, right: c => c with { EspProposals = [OwnKeys] }).Start();

        duet.AssertAgreement();
        Assert.Single(duet.Left.Output.Installed);
        foreach (Host host in new[] { duet.Left, duet.Right })
        {
            Assert.Equal(["P-384", "ML-KEM-768"], Assert.Single(host.Output.Of<ChildUp>()).KeyExchanges);
            Assert.Equal(ConnectionState.Established, host.Connection.State);
            Assert.Empty(host.Output.Of<ConnectionFailed>());
        }
    }

    [Fact]
    [Rfc(6023, "3", "Without the announcement the child is created in IKE_AUTH")]
    public void A_responder_without_the_announcement_gets_its_child_in_IKE_AUTH()
    {
        using World world = new World(peer: new PeerOptions { TakesChildless = false }, configure: Childless).Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Single(world.Output.Installed);
    }

    [Fact]
    public void Until_the_child_is_up_nobody_counts_the_tunnel_as_established()
    {
        using var duet = new Duet(left: Childless, right: c => c with { EspProposals = [OwnKeys] });
        duet.Start(TimeSpan.Zero);
        duet.RunUntil(() => duet.Right.Output.Of<IkeSaEstablished>().Any(), TimeSpan.FromSeconds(5));

        Assert.Equal(ConnectionState.Listening, duet.Right.Connection.State);
        Assert.Empty(duet.Right.Output.Installed);
        duet.RunUntil(() => duet.Left.Output.Of<IkeSaEstablished>().Any(), TimeSpan.FromSeconds(5));
        Assert.Equal(ConnectionState.Connecting, duet.Left.Connection.State);
    }

    [Fact]
    public void A_replacement_takes_over_only_when_it_has_its_child()
    {
        using Duet duet = new Duet(
            left: c => Childless(c) with { Reauthenticates = true, IkeLifetime = TimeSpan.FromMinutes(10) },
            right: c => c with { EspProposals = [OwnKeys], IkeLifetime = TimeSpan.FromHours(4) }).Start();

        for (int i = 0; i < 3 * 60 * 10; i++)
        {
            duet.Run(TimeSpan.FromSeconds(1));
            Assert.NotEmpty(duet.Left.Output.Installed);
            Assert.NotEmpty(duet.Right.Output.Installed);
        }

        Assert.True(duet.Left.Output.Of<IkeSaEstablished>().Count() >= 3);
        duet.Run(TimeSpan.FromSeconds(40));
        duet.AssertAgreement();
    }

    [Fact]
    public void A_child_that_is_refused_is_a_failure_that_is_told_and_tried_again()
    {
        using Duet duet = new Duet(left: Childless).Start(TimeSpan.FromSeconds(3));

        Assert.NotEmpty(duet.Left.Output.Of<IkeSaEstablished>());
        Assert.Equal(FailureReason.NoProposalChosen, duet.Left.Output.Of<ConnectionFailed>().First().Failure.Reason);
        Assert.Empty(duet.Left.Output.Installed);
        Assert.NotEqual(ConnectionState.Established, duet.Left.Connection.State);
    }

    private static ConnectionConfig Childless(ConnectionConfig config) => config with { Childless = true, EspProposals = [OwnKeys] };
}
