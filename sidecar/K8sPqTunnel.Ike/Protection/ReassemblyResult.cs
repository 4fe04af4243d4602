namespace K8sPqTunnel.Ike.Protection;

/// <summary>What became of a fragment.</summary>
internal enum ReassemblyResult
{
    Incomplete,
    Complete,
    Duplicate,

    /// <summary>Over a limit, or of an older way to cut the message.</summary>
    Refused,
}
