using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>CREATE_CHILD_SA for a child SA: another one (RFC 7296 1.3.1), or the successor of one (1.3.3, 2.8).</summary>
/// <param name="spec">The traffic that it is wanted for.</param>
/// <param name="old">What it replaces; null where it is a new one.</param>
internal sealed class CreateChildTask(IkeSa sa, ChildSpec spec, Child? old) : CreationTask
{
    private ChildOffer? _offer;
    private ChildChoice? _choice;
    private EspSpi? _spi;

    public Child? Old { get; } = old;

    public ChildSpec Spec { get; } = spec;

    protected override IReadOnlyList<IReadOnlyList<Transform>> Proposals { get; } = [.. sa.Config.EspProposals.Select(p => p.Transforms)];

    public override bool IsFor(CreationRequest request) => Old is not null && request.Old == Old;

    protected override bool IsFor(AnsweredCreation creation) => Old is not null && creation is AnsweredChild child && child.Old == Old;

    public override void Abandon(IkeSa sa)
    {
        if (_spi is { } spi)
            sa.Environment.EspSpis.Release(spi);
        _spi = null;
        base.Abandon(sa);
    }

    protected override void WriteProposals(IkeSa sa, PayloadWriter writer)
    {
        Old?.State = ChildState.Rekeying;
        Old?.IsPutOff = false;
        _spi ??= sa.Environment.EspSpis.Allocate();
        _offer = new ChildOffer(Spec, Proposals, _spi.Value);
        if (Old is not null)
        {
            // RFC 7296 1.3.3: the SPI is the one that we receive by.
            Span<byte> octets = stackalloc byte[EspSpi.Length];
            BinaryPrimitives.WriteUInt32BigEndian(octets, Old.Sa.InboundSpi.Value);
            NotifyPayload.Write(writer, NotifyType.RekeySa, protocol: ProtocolId.Esp, spi: octets);
        }

        _offer.WriteProposals(writer);
    }

    protected override void WriteSelectors(PayloadWriter writer) => _offer!.WriteSelectors(writer);

    protected override IkeFailure? TakeChoice(IkeSa sa, in IkeMessage message, out KeyExchangePlan plan)
    {
        IkeFailure? failure = _offer!.Read(sa, message, out _choice);
        plan = KeyExchangePlan.Of(_choice?.Selection.Transforms ?? []);
        return failure;
    }

    protected override void Finish(IkeSa sa, bool isRedundant)
    {
        var child = new Child(_choice!.ToSa(sa, Fresh, weBegan: true), Old?.Spec ?? Spec, _choice.Selection.ToString(), Fresh.Run)
        {
            Predecessor = Old,
        };
        _spi = null;
        sa.Children.Install(sa.Now, child, sa.Keys.IsQuantumSafe);
        if (isRedundant)
        {
            child.State = ChildState.Ending;                         // RFC 7296 2.8.1: by who created it
            Yield(sa);
            return;
        }

        // When our traffic turns to an additional one, the connection says.
        if (Old is null)
            return;
        sa.Report(new RekeyEnded(sa.Config.Name, RekeyKind.Child, ByPeer: false, RekeyOutcome.Done));
        Rival?.Lose(sa);
        sa.Children.Succeed(sa.Now, Old, child);
    }

    protected override void Yield(IkeSa sa)
    {
        sa.Report(new RekeyEnded(sa.Config.Name, RekeyKind.Child, ByPeer: false, RekeyOutcome.Redundant));
        LeaveToRival(sa);
    }

    protected override void Refused(IkeSa sa, RefusalKind refusal, IkeFailure failure)
    {
        if (Old is null)
        {
            sa.Wanted.Delay(refusal == RefusalKind.Later ? null : failure);
            return;
        }

        RekeyOutcome outcome = refusal switch
        {
            RefusalKind.Later => RekeyOutcome.PutOff,
            RefusalKind.Gone => RekeyOutcome.Gone,
            _ => RekeyOutcome.Failed,
        };
        sa.Report(new RekeyEnded(
            sa.Config.Name, RekeyKind.Child, ByPeer: false, outcome, outcome == RekeyOutcome.Failed ? failure : null));
        if (LeaveToRival(sa) || Old.State != ChildState.Rekeying)
            return;
        Old.State = ChildState.Up;
        switch (refusal)
        {
            case RefusalKind.Later:
                // What the peer was busy with may be the rekey of this IKE SA, which is over.
                Old.IsPutOff = true;
                Old.RekeyAt = sa.State == IkeSaState.Replaced ? sa.Now : sa.Now + sa.RetryDelay();
                sa.NeedsReplacement |= Old.EndsAt - Old.RekeyAt < sa.Config.ChildLifetime * LastResort;
                break;
            case RefusalKind.Gone:
                // RFC 7296 2.25.1: removed without a word; one from scratch follows where it is still wanted.
                sa.Children.Forget(Old);
                break;
            default:
                Old.RekeyAt = TimeSpan.MaxValue;
                sa.NeedsReplacement = true;
                break;
        }
    }
}
