using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests;

public sealed class ConnectingTests
{
    [Fact]
    public void A_hybrid_connection_comes_up_with_the_peers_keys()
    {
        using World world = new World().Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        IkeSaEstablished up = Assert.Single(world.Output.Of<IkeSaEstablished>());
        Assert.Equal("aes256gcm16-prfsha384-ecp384-ke1_mlkem768", up.Proposal);
        Assert.Equal(["P-384", "ML-KEM-768"], up.KeyExchanges);
        Assert.True(up.QuantumSafe);
        Assert.Equal("peer.test.example", up.PeerIdentity.ToString());
        Assert.Equal([ExchangeType.IkeSaInit, ExchangeType.IkeIntermediate, ExchangeType.IkeAuth], world.Peer.Answered);
        ChildSa child = Assert.Single(world.Output.Installed);
        Assert.Equal(world.Peer.InitiatorEspSpi, child.InboundSpi);
        Assert.Equal(world.Peer.OwnEspSpi, child.OutboundSpi);
        Assert.True(child.InboundKeys.Encryption.FixedTimeEquals(world.Peer.ChildKeys!.FromResponder.Encryption.Span));
        Assert.True(child.OutboundKeys.Encryption.FixedTimeEquals(world.Peer.ChildKeys.FromInitiator.Encryption.Span));
    }

    [Fact]
    public void The_inbound_half_is_ready_before_the_outbound_half_and_both_before_the_news()
    {
        using World world = new World().Start();

        Assert.Equal(["in 1000", "out 1000"], world.Output.Intents);
        Assert.Equal(
            [ConnectionState.Connecting, ConnectionState.Established],
            world.Output.Of<ConnectionStateChanged>().Select(changed => changed.State));
        ChildUp child = Assert.Single(world.Output.Of<ChildUp>());
        Assert.Equal("aes256gcm16", child.Proposal);
        Assert.True(child.QuantumSafe);
    }

    [Theory]
    [InlineData("20/256 prf6 ecp384 mlkem768", "aes256gcm16-prfsha384-ecp384-ke1_mlkem768")]
    [InlineData("20/128 prf5 x25519 mlkem512", "aes128gcm16-prfsha256-x25519-ke1_mlkem512")]
    [InlineData("28/0 prf7 ecp521 mlkem1024", "chacha20poly1305-prfsha512-ecp521-ke1_mlkem1024")]
    [InlineData("12/256 integ12 prf5 ecp256 mlkem1024", "aes256-sha256-prfsha256-ecp256-ke1_mlkem1024")]
    [InlineData("12/128 integ14 prf7 x25519 mlkem768", "aes128-sha512-prfsha512-x25519-ke1_mlkem768")]
    [InlineData("20/256 prf6 mlkem768", "aes256gcm16-prfsha384-mlkem768")]
    [InlineData("20/256 prf6 mlkem1024", "aes256gcm16-prfsha384-mlkem1024")]
    [InlineData("12/256 integ12 prf5 modp2048 mlkem768", "aes256-sha256-prfsha256-modp2048-ke1_mlkem768")]
    [InlineData("20/256 prf7 modp4096 x448 mlkem1024", "aes256gcm16-prfsha512-modp4096-ke1_x448-ke2_mlkem1024")]
    [InlineData("20/256 prf6 ecp384bp mlkem768", "aes256gcm16-prfsha384-ecp384bp-ke1_mlkem768")]
    [InlineData(
        "20/256 prf6 ecp256 mlkem512 x25519 mlkem768 ecp384 mlkem1024 ecp521 x448",
        "aes256gcm16-prfsha384-ecp256-ke1_mlkem512-ke2_x25519-ke3_mlkem768-ke4_ecp384-ke5_mlkem1024-ke6_ecp521-ke7_x448")]
    public void Any_mix_of_algorithms_comes_up(string proposal, string keywords)
    {
        using World world = new World(configure: c => c with { IkeProposals = [Proposals.Parse(proposal)] }).Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Equal(keywords, Assert.Single(world.Output.Of<IkeSaEstablished>()).Proposal);
        Assert.Equal(
            world.Peer.Selection!.AdditionalMethods.Count,
            world.Peer.Answered.Count(exchange => exchange == ExchangeType.IkeIntermediate));
    }

    [Theory]
    [InlineData(20, 256, 0, 36, 0)]
    [InlineData(20, 128, 0, 20, 0)]
    [InlineData(28, 0, 0, 36, 0)]
    [InlineData(12, 256, 12, 32, 32)]
    [InlineData(12, 128, 14, 16, 64)]
    public void A_child_has_the_keys_that_its_algorithms_need(
        ushort encryption, int bits, ushort integrity, int keyLength, int integrityLength)
    {
        List<Transform> transforms = [new(TransformType.Encryption, encryption, bits)];
        if (integrity != 0)
            transforms.Add(new Transform(TransformType.Integrity, integrity));

        using World world = new World(configure: c => c with { EspProposals = [new EspProposal(transforms)] }).Start();

        ChildSa child = Assert.Single(world.Output.Installed);
        Assert.Equal(keyLength, child.InboundKeys.Encryption.Length);
        Assert.Equal(integrityLength, child.InboundKeys.Integrity?.Length ?? 0);
        Assert.Equal(
            new EspTransform((EncryptionId)encryption, bits, (IntegrityId)integrity, ExtendedSequenceNumbers: false), child.Transform);
    }

    [Fact]
    [Rfc("draft-ietf-ipsecme-ikev2-mlkem", "3", "Where policy requires ML-KEM, a choice without it ends the attempt")]
    public void A_required_post_quantum_tunnel_never_authenticates_a_classical_peer()
    {
        using World world = new World(peer: new PeerOptions { ClassicalOnly = true }).Start(TimeSpan.FromMinutes(2));

        Assert.All(world.Peers.Values, peer => Assert.False(peer.SawAuthRequest));
        Assert.Empty(world.Output.Installed);
        Assert.NotEmpty(world.Output.Of<ConnectionFailed>());
        Assert.All(world.Output.Of<ConnectionFailed>(), failed =>
        {
            Assert.Equal(FailureReason.NotQuantumSafe, failed.Failure.Reason);
            Assert.Contains("-ke1_mlkem768", failed.Failure.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_required_post_quantum_tunnel_is_not_fooled_by_NONE_either()
    {
        IkeProposal withNone = new([.. World.Hybrid.Transforms, Transform.Additional(1, KeyExchangeMethod.None)]);
        using World world = new World(
            peer: new PeerOptions { Choose = SayingNone },
            configure: c => c with { IkeProposals = [withNone] }).Start();

        Assert.False(world.Peer.SawAuthRequest);
        Assert.Equal(FailureReason.ProtocolViolation, world.Output.Of<ConnectionFailed>().First().Failure.Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_preferred_post_quantum_tunnel_takes_a_classical_peer(bool saysNone)
    {
        IkeProposal withNone = new([.. World.Hybrid.Transforms, Transform.Additional(1, KeyExchangeMethod.None)]);
        PeerOptions peer = saysNone
            ? new() { Choose = SayingNone }
            : new() { ClassicalOnly = true };
        using World world = new World(
            peer: peer, configure: c => c with { IkeProposals = [withNone], QuantumPolicy = QuantumPolicy.Preferred }).Start();

        IkeSaEstablished up = Assert.Single(world.Output.Of<IkeSaEstablished>());
        Assert.Equal(["P-384"], up.KeyExchanges);
        Assert.False(up.QuantumSafe);
        Assert.Equal("aes256gcm16-prfsha384-ecp384", up.Proposal);
        Assert.False(Assert.Single(world.Output.Of<ChildUp>()).QuantumSafe);
    }

    [Fact]
    public void A_policy_that_leaves_no_proposal_fails_at_once_and_for_good()
    {
        using World world = new World(configure: c => c with { IkeProposals = [World.Classical] }).Start(TimeSpan.FromMinutes(5));

        Assert.Equal(ConnectionState.Failed, world.Connection.State);
        ConnectionFailed failed = Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(FailureReason.InvalidConfiguration, failed.Failure.Reason);
        Assert.Null(failed.RetryIn);
        Assert.Empty(world.Output.Sent);
    }

    [Theory]
    [InlineData(QuantumPolicy.Required, ConnectionState.Failed)]
    [InlineData(QuantumPolicy.Preferred, ConnectionState.Connecting)]
    public void Without_ML_KEM_in_OpenSSL_only_a_preferred_policy_goes_on_without(QuantumPolicy policy, ConnectionState expected)
    {
        ConnectionConfig config = World.DefaultConfig() with { QuantumPolicy = policy, IkeProposals = [World.Hybrid, World.Classical] };
        RecordingOutput output = new();
        using IkeConnection connection = new(config, new IkeEnvironment(
            new SeededRandom(1),
            new SystemKeyExchangeSource(),
            new CountingSpis(),
            output,
            new CryptoCapabilities("OpenSSL 3.0.17 1 Jul 2025", HasMlKem: false)));

        connection.Start(TimeSpan.Zero);

        Assert.Equal(expected, connection.State);
        if (policy == QuantumPolicy.Required)
            Assert.Equal(FailureReason.CryptoUnavailable, Assert.Single(output.Of<ConnectionFailed>()).Failure.Reason);
    }

    [Fact]
    [Rfc("draft-ietf-ipsecme-ikev2-downgrade-prevention", "5", "The full transcript is signed where both ends have announced it")]
    public void The_full_transcript_is_signed_where_the_peer_can()
    {
        using World world = new World(peer: new PeerOptions { FullTranscript = true }).Start();

        Assert.Equal(ConnectionState.Established, world.Connection.State);
    }

    private static List<Transform> SayingNone(IReadOnlyList<Transform> first) =>
        [.. first.Where(t => !t.IsAdditionalKeyExchange), Transform.Additional(1, KeyExchangeMethod.None)];
}
