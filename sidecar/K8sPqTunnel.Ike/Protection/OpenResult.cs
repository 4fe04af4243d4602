namespace K8sPqTunnel.Ike.Protection;

/// <summary>What became of a protected datagram.</summary>
internal enum OpenResult
{
    Opened,

    /// <summary>Not an SK or SKF payload alone, or its lengths do not fit.</summary>
    BadLayout,

    /// <summary>The ICV is wrong: another key, or changed on the way.</summary>
    NotAuthentic,
}
