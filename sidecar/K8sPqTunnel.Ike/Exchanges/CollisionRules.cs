using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>When a peer's CREATE_CHILD_SA has to wait or is refused because of what is going on already.</summary>
/// <remarks>The first row that applies answers. What no row names is answered as usual, and judged by the nonces later (RFC 7296 2.8.1).</remarks>
internal static class CollisionRules
{
    private static readonly (string Why, Func<IkeSa, CreationRequest, bool> Applies, NotifyType Answer)[] Rows =
    [
        // RFC 7296 2.25.2.
        ("the IKE SA is being closed, or has been replaced", (sa, _) => sa.State != IkeSaState.Established, NotifyType.TemporaryFailure),
        ("we rekey the IKE SA", (sa, request) => IsOfChild(request) && sa.Creation is RekeyIkeTask, NotifyType.TemporaryFailure),
        ("the peer itself rekeys the IKE SA", (sa, request) => IsOfChild(request) && IsIkePending(sa), NotifyType.TemporaryFailure),
        ("we create or rekey a child", (sa, request) => IsOfIke(request) && sa.Creation is CreateChildTask, NotifyType.TemporaryFailure),
        ("we close a child", (sa, request) => IsOfIke(request) && IsClosingChild(sa), NotifyType.TemporaryFailure),
        ("the peer itself creates a child", (sa, request) => IsOfIke(request) && IsChildPending(sa), NotifyType.TemporaryFailure),
        // The answer that makes the child ours may be on the way.
        ("we may not have the child yet", (sa, request) => request is { Kind: CreationKind.RekeyChild, Old: null } && sa.Creation is CreateChildTask, NotifyType.TemporaryFailure),
        // RFC 7296 2.25.1.
        ("the child is not there", (_, request) => request is { Kind: CreationKind.RekeyChild, Old: null }, NotifyType.ChildSaNotFound),
        ("the child is being closed, or has been replaced", (_, request) => request.Old is { State: not (ChildState.Up or ChildState.Rekeying) }, NotifyType.TemporaryFailure),
        // RFC 7296 2.25: it may count again, should the other be deleted.
        ("another IKE SA has taken over", (sa, _) => sa.Succession.RetiresAt is not null, NotifyType.TemporaryFailure),
        // RFC 9370 2.2.4: our CREATE_CHILD_SA for the same is answered, its IKE_FOLLOWUP_KE under way.
        ("our own rekey has gone further", (sa, request) => sa.Creation is { IsInFollowup: true } own && own.IsFor(request), NotifyType.TemporaryFailure),
        // Limits of ours.
        ("too many exchanges wait for the peer", (sa, _) => sa.Pending.IsFull, NotifyType.TemporaryFailure),
        ("there are children enough", (sa, request) => request.Kind == CreationKind.NewChild && sa.Children.Count >= IkeLimits.Children, NotifyType.NoAdditionalSas),
    ];

    /// <summary>The error that answers a request; null where nothing is in its way.</summary>
    public static NotifyType? Refusal(IkeSa sa, CreationRequest request)
    {
        foreach ((_, Func<IkeSa, CreationRequest, bool> applies, NotifyType answer) in Rows)
        {
            if (applies(sa, request))
                return answer;
        }

        return null;
    }

    private static bool IsOfIke(CreationRequest request) => request.Kind == CreationKind.RekeyIke;

    private static bool IsOfChild(CreationRequest request) => !IsOfIke(request);

    private static bool IsIkePending(IkeSa sa) => sa.Pending.All.Any(creation => creation is AnsweredIke);

    private static bool IsChildPending(IkeSa sa) => sa.Pending.All.Any(creation => creation is AnsweredChild);

    private static bool IsClosingChild(IkeSa sa) => sa.Children.Any(child => child.State == ChildState.Deleting);
}
