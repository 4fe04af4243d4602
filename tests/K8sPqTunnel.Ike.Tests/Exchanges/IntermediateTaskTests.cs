using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Exchanges;

public sealed class IntermediateTaskTests
{
    [Fact]
    public void A_peer_that_knows_the_name_of_ML_KEM_only_is_told_so()
    {
        PeerOptions nameOnly = new() { IntermediateError = NotifyType.InvalidSyntax };
        using World world = new World(peer: nameOnly).Start(TimeSpan.FromSeconds(0.5));

        ConnectionFailed failed = Assert.Single(world.Output.Of<ConnectionFailed>());
        Assert.Equal(FailureReason.KeyExchangeRefused, failed.Failure.Reason);
        Assert.Contains("ML-KEM-768", failed.Failure.Message, StringComparison.Ordinal);
        Assert.False(world.Peer.SawAuthRequest);
    }

    [Fact]
    [Rfc("draft-ietf-ipsecme-ikev2-mlkem", "2.2", "A changed ciphertext of the right length leads to other keys, and so to no SA")]
    public void A_changed_ciphertext_leads_to_other_keys_and_never_to_IKE_AUTH()
    {
        // FIPS 203 6.3: implicit rejection makes a secret all the same; the next message does not decrypt.
        FlippingKeyExchanges flipping = new();
        using World world = new World(keyExchanges: flipping).Start(TimeSpan.FromSeconds(30));

        Assert.True(flipping.Flipped > 0);
        Assert.Empty(world.Output.Of<IkeSaEstablished>());
        Assert.All(world.Peers.Values, peer => Assert.False(peer.IsEstablished));
    }
}
