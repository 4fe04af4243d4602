namespace K8sPqTunnel.Cli.Commands;

/// <summary>What `pqtunnel status` answers with.</summary>
internal enum StatusFormat
{
    Table,
    Json,

    /// <summary>Only an exit status: do packets pass?</summary>
    Ready,

    /// <summary>Only an exit status: does a daemon answer?</summary>
    Live,
}
