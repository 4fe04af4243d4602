using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>What both ends have agreed on for one child SA, but for its keys.</summary>
/// <param name="Inbound">Our SPI.</param>
/// <param name="Outbound">The peer's.</param>
/// <param name="Traffic">As the responder narrowed it.</param>
internal sealed record ChildChoice(EspSelection Selection, EspSpi Inbound, EspSpi Outbound, ChildSpec Traffic)
{
    /// <summary>Makes the keys, and with them the child SA (RFC 7296 2.17).</summary>
    /// <param name="weBegan">We sent the request of the exchange: the keys towards the responder are our outbound ones.</param>
    public ChildSa ToSa(IkeSa sa, FreshKeys fresh, bool weBegan)
    {
        ChildKeys keys = ChildKeySchedule.Derive(
            sa.Keys.Selection!.Algorithms.Prf, sa.Keys.Current.SkD, fresh.Secrets, fresh.Ni, fresh.Nr, Selection.Encryption, Selection.Integrity);
        return new ChildSa
        {
            InboundSpi = Inbound,
            OutboundSpi = Outbound,
            Transform = Selection.ToEspTransform(),
            InboundKeys = weBegan ? keys.FromResponder : keys.FromInitiator,
            OutboundKeys = weBegan ? keys.FromInitiator : keys.FromResponder,
            Path = sa.Path,
            UdpEncapsulation = sa.Nat.IsDetected || sa.Config.ForceUdpEncapsulation,
            LocalSelectors = Traffic.Local,
            RemoteSelectors = Traffic.Remote,
            ReplayWindow = sa.Config.ReplayWindow,
            Lifetime = sa.Config.ChildLifetime + sa.Config.LateInboundTime,
            Limits = SaLimits.Of(
                sa.Config.ChildOctets, sa.Config.ChildPackets, ChildSet.RekeyAt - ChildSet.Spread * Chance.Draw(sa.Environment.Random)),
        };
    }
}
