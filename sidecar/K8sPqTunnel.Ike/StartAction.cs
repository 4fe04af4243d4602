namespace K8sPqTunnel.Ike;

/// <summary>Who begins.</summary>
public enum StartAction
{
    /// <summary>We do, at once and after every loss. The default.</summary>
    Start,

    /// <summary>We do, when there is something to send: <see cref="IkeConnection.Trigger"/>.</summary>
    Trap,

    /// <summary>The peer does.</summary>
    None,
}
