using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>What both ends of a child SA have to agree on.</summary>
internal static class ChildAssert
{
    public static void HasSameKeys(World world)
    {
        ChildSa child = Assert.Single(world.Output.Installed);
        SimulatedPeer peer = world.Peers.Values.Single(p => p.InitiatorEspSpi == child.InboundSpi);
        Assert.Equal(peer.OwnEspSpi, child.OutboundSpi);
        Assert.True(child.InboundKeys.Encryption.FixedTimeEquals(peer.ChildKeys!.FromResponder.Encryption.Span));
        Assert.True(child.OutboundKeys.Encryption.FixedTimeEquals(peer.ChildKeys.FromInitiator.Encryption.Span));
    }
}
