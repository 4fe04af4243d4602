using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>Which state may follow which, and which exchanges a peer may begin in each.</summary>
internal static class IkeSaTransitions
{
    private static readonly (IkeSaState From, IkeSaState To)[] Allowed =
    [
        (IkeSaState.Created, IkeSaState.Initiating),
        (IkeSaState.Initiating, IkeSaState.Intermediate),
        (IkeSaState.Initiating, IkeSaState.Authenticating),
        (IkeSaState.Intermediate, IkeSaState.Authenticating),
        (IkeSaState.Authenticating, IkeSaState.Established),
        (IkeSaState.Established, IkeSaState.Deleting),
        (IkeSaState.Created, IkeSaState.Dead),
        (IkeSaState.Initiating, IkeSaState.Dead),
        (IkeSaState.Intermediate, IkeSaState.Dead),
        (IkeSaState.Authenticating, IkeSaState.Dead),
        (IkeSaState.Established, IkeSaState.Dead),
        (IkeSaState.Established, IkeSaState.Replaced),
        (IkeSaState.Replaced, IkeSaState.Deleting),
        (IkeSaState.Replaced, IkeSaState.Dead),
        (IkeSaState.Deleting, IkeSaState.Dead),
    ];

    // RFC 7296 1.2: nothing but IKE_SA_INIT, IKE_INTERMEDIATE and IKE_AUTH before both ends are authenticated, and those are
    // the initiator's to begin. CVE-2026-78135 is what happens without this table.
    private static readonly (IkeSaState State, ExchangeType Exchange)[] InitiatorMayBegin =
    [
        (IkeSaState.Intermediate, ExchangeType.IkeIntermediate),
        (IkeSaState.Authenticating, ExchangeType.IkeAuth),
    ];

    // RFC 7296 1.3, 1.4: whoever is authenticated.
    private static readonly (IkeSaState State, ExchangeType Exchange)[] BothMayBegin =
    [
        (IkeSaState.Established, ExchangeType.Informational),
        (IkeSaState.Established, ExchangeType.CreateChildSa),
        (IkeSaState.Established, ExchangeType.IkeFollowupKe),
        (IkeSaState.Replaced, ExchangeType.Informational),
        (IkeSaState.Replaced, ExchangeType.CreateChildSa),
        (IkeSaState.Replaced, ExchangeType.IkeFollowupKe),
        (IkeSaState.Deleting, ExchangeType.Informational),
        (IkeSaState.Deleting, ExchangeType.CreateChildSa),
        (IkeSaState.Deleting, ExchangeType.IkeFollowupKe),
    ];

    public static bool IsAllowed(IkeSaState from, IkeSaState to) => Allowed.AsSpan().Contains((from, to));

    /// <param name="peerIsInitiator">The peer began the SA.</param>
    public static bool IsOpenToPeer(IkeSaState state, ExchangeType exchange, bool peerIsInitiator) =>
        BothMayBegin.AsSpan().Contains((state, exchange)) ||
        (peerIsInitiator && InitiatorMayBegin.AsSpan().Contains((state, exchange)));
}
