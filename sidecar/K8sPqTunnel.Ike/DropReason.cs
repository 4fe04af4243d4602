namespace K8sPqTunnel.Ike;

/// <summary>Why a datagram was dropped without an answer.</summary>
public enum DropReason
{
    /// <summary>No IKE version 2 header, or a length that does not fit.</summary>
    MalformedHeader,

    /// <summary>SPIs, flags or source address of no SA of this connection.</summary>
    NotOurs,

    /// <summary>
    /// Nothing was asked or expected: a late or repeated answer, an exchange that the state does not allow, a wrong message ID.
    /// </summary>
    Unexpected,

    /// <summary>The encrypted payload does not stand alone, or its lengths do not fit.</summary>
    BadLayout,

    /// <summary>The integrity check failed.</summary>
    NotAuthentic,

    /// <summary>A fragment over a limit, of a stale set, or a second time.</summary>
    Fragment,

    /// <summary>
    /// A message that breaks the rules of its exchange. In the open a better one may still come; of an authenticated peer it ends the SA
    /// (RFC 7296 2.21.3).
    /// </summary>
    RuleBroken,

    /// <summary>A stranger that began, answered only by a demand for a cookie (RFC 7296 2.6).</summary>
    CookieDemanded,

    /// <summary>A stranger that began while as many are half-open as may be.</summary>
    TooManyHalfOpen,

    /// <summary>A stranger whose first message was answered by an error.</summary>
    TurnedAway,
}
