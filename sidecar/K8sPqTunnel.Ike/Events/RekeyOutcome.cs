namespace K8sPqTunnel.Ike.Events;

/// <summary>How a rekey ended.</summary>
public enum RekeyOutcome
{
    Done,

    /// <summary>Both ends began one at the same time, and the other's counts (RFC 7296 2.8.1, 2.8.2).</summary>
    Redundant,

    /// <summary>One of the ends is busy: it is tried again later (RFC 7296 2.25).</summary>
    PutOff,

    /// <summary>What was to be rekeyed is not there any more (RFC 7296 2.25.1).</summary>
    Gone,

    /// <summary>Refused for good: a new IKE SA has to take over.</summary>
    Failed,
}
