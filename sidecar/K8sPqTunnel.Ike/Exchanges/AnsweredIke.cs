using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The successor of the IKE SA that the peer creates (RFC 7296 1.3.2, 2.18).</summary>
internal sealed class AnsweredIke(
    FreshKeys fresh, IReadOnlyList<KeyExchangeMethod> rest, IkeSelection selection, IkeSpi theirs, IkeSpi ours)
    : AnsweredCreation(fresh, rest)
{
    private IkeSa? _successor;

    public override byte[] OwnSpi => ours.ToArray();

    public override bool IsFor(CreationRequest request) => request.Kind == CreationKind.RekeyIke;

    public override void Win(IkeSa sa)
    {
        if (_successor is not null)
            sa.Succession.GiveWayTo(_successor, sa.Now + Succession.Grace);
        else
            sa.RekeyAt = sa.Now + sa.Config.FollowupTime;            // Should the peer not go on, it is our turn again.
    }

    public override void Lose(IkeSa sa)
    {
        Abandon(sa);
        // The peer deletes it.
        _successor?.EndAt(sa.Now + Succession.Grace);
    }

    protected override void Make(IkeSa sa)
    {
        _successor = IkeSa.Replace(sa, weBegan: false, theirs, ours, selection, Fresh);
        sa.Report(new RekeyEnded(sa.Config.Name, RekeyKind.Ike, ByPeer: true, RekeyOutcome.Done));
        // While our own request is not answered, the nonces may still decide against this one (RFC 7296 2.8.2).
        if (sa.Creation?.Rival != this)
            Win(sa);
    }

    protected override void Release(IkeSa sa)
    {
        // An IKE SPI costs nothing.
    }
}
