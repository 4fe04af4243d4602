namespace K8sPqTunnel.Ike.Wire;

/// <summary>What is wrong with octets from the wire.</summary>
internal enum ParseError
{
    None,

    /// <summary>Ends before its fixed part does.</summary>
    Truncated,

    /// <summary>A length field contradicts the octets that are there.</summary>
    BadLength,

    /// <summary>Octets are left over behind the last structure.</summary>
    TrailingOctets,

    /// <summary>A field has a value that the standard does not allow there.</summary>
    BadValue,

    /// <summary>More structures than <see cref="IkeLimits"/> allows.</summary>
    TooMany,

    /// <summary>Another major version than 2 (RFC 7296 2.5).</summary>
    UnsupportedVersion,
}
