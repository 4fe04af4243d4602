namespace K8sPqTunnel.Ike;

/// <summary>Where a connection is.</summary>
public enum ConnectionState
{
    Idle,

    /// <summary>An IKE SA is being negotiated, and none is up.</summary>
    Connecting,

    /// <summary>Waits for the peer to begin, or for something to send.</summary>
    Listening,

    /// <summary>IKE SA and child SA are up.</summary>
    Established,

    /// <summary>After a failure, before the next attempt.</summary>
    Waiting,

    /// <summary>After a failure that no repeat can mend.</summary>
    Failed,

    /// <summary>Asked to close, the peer has not confirmed yet.</summary>
    Closing,

    Closed,
}
