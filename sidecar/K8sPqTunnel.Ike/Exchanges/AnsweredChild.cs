using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Sessions;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>A child SA that the peer creates: a new one, or the successor of one (RFC 7296 1.3.1, 1.3.3).</summary>
/// <param name="choice">What we have chosen.</param>
/// <param name="old">What it replaces; null where it is a new one.</param>
/// <param name="spec">Whose traffic it is, where that is one of ours.</param>
internal sealed class AnsweredChild(
    FreshKeys fresh, IReadOnlyList<KeyExchangeMethod> rest, ChildChoice choice, Child? old, ChildSpec? spec)
    : AnsweredCreation(fresh, rest)
{
    private Child? _child;

    public Child? Old { get; } = old;

    public ChildSpec? Spec { get; } = spec;

    public override byte[] OwnSpi
    {
        get
        {
            byte[] spi = new byte[EspSpi.Length];
            BinaryPrimitives.WriteUInt32BigEndian(spi, choice.Inbound.Value);
            return spi;
        }
    }

    public override bool IsFor(CreationRequest request) => Old is not null && request.Old == Old;

    public override void Win(IkeSa sa)
    {
        if (Old is null)
            return;
        if (_child is not null)
        {
            MarkRekeyed();
        }
        else if (Old.State == ChildState.Rekeying)
        {
            // The peer goes on; should it not, it is our turn again.
            Old.State = ChildState.Up;
            Old.RekeyAt = sa.Now + sa.Config.FollowupTime;
        }
    }

    public override void Lose(IkeSa sa)
    {
        Abandon(sa);
        if (_child is not { IsAlive: true })
            return;
        // The peer deletes it: our traffic never turns to it.
        _child.Predecessor = null;
        _child.State = ChildState.Rekeyed;
    }

    protected override void Make(IkeSa sa)
    {
        _child = new Child(choice.ToSa(sa, Fresh, weBegan: false), Spec, choice.Selection.ToString(), Fresh.Run)
        {
            Predecessor = Old,
            IsConfirmed = false,
        };
        sa.Children.Install(sa.Now, _child, sa.Keys.IsQuantumSafe);
        if (Old is null)
            return;
        sa.Report(new RekeyEnded(sa.Config.Name, RekeyKind.Child, ByPeer: true, RekeyOutcome.Done));
        // While our own request is not answered, the nonces may still decide against this one (RFC 7296 2.8.1).
        if (!Old.IsAlive)
            sa.Children.TurnFrom(Old, _child);
        else if (sa.Creation?.Rival != this)
            MarkRekeyed();
    }

    protected override void Release(IkeSa sa) => sa.Environment.EspSpis.Release(choice.Inbound);

    private void MarkRekeyed()
    {
        if (Old!.IsAlive)
            Old.State = ChildState.Rekeyed;
    }
}
