namespace K8sPqTunnel.Ike.Wire;

/// <summary>Why a message breaks the rules of its exchange.</summary>
internal enum MessageFault
{
    None,

    /// <summary>The payload chain, or the fixed part of a payload, does not hold together.</summary>
    Malformed,

    /// <summary>A payload that we do not know and that the sender marked critical (RFC 7296 2.5).</summary>
    UnknownCriticalPayload,

    /// <summary>A known payload that has no place in this message, or is in the open where it has to be encrypted.</summary>
    MisplacedPayload,

    MissingPayload,

    TooManyPayloads,
}
