using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>How the errors that answer CREATE_CHILD_SA and IKE_FOLLOWUP_KE are taken.</summary>
internal static class RefusalRules
{
    private static readonly (NotifyType Error, RefusalKind Kind)[] Rows =
    [
        (NotifyType.TemporaryFailure, RefusalKind.Later),            // RFC 7296 2.25
        (NotifyType.StateNotFound,    RefusalKind.Later),            // RFC 9370 2.2.4: from scratch
        (NotifyType.ChildSaNotFound,  RefusalKind.Gone),             // RFC 7296 2.25.1
        (NotifyType.NoAdditionalSas,  RefusalKind.Never),            // RFC 7296 1.3: a new IKE SA instead
        (NotifyType.NoProposalChosen, RefusalKind.Never),
        (NotifyType.InvalidKePayload, RefusalKind.Never),
        (NotifyType.TsUnacceptable,   RefusalKind.Never),
    ];

    /// <summary>The row of an error; one that is not listed is for good.</summary>
    public static RefusalKind Of(NotifyType error)
    {
        foreach ((NotifyType listed, RefusalKind kind) in Rows)
        {
            if (listed == error)
                return kind;
        }

        return RefusalKind.Never;
    }
}
