namespace K8sPqTunnel.Sidecar;

/// <summary>Why a daemon ended.</summary>
public enum DaemonEnd
{
    /// <summary>It was told to stop. Clear traffic stays blocked.</summary>
    Stopped,

    /// <summary>The tunnel was taken down: nothing of it is left.</summary>
    TornDown,

    /// <summary>It could not begin its work. What it had made is gone again.</summary>
    Failed,

    /// <summary>It lost on the way what it needs. Clear traffic stays blocked.</summary>
    Lost,
}
