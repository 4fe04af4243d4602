namespace K8sPqTunnel.Ike.Wire;

/// <summary>Flags of the IKE header (RFC 7296 3.1).</summary>
[Flags]
internal enum HeaderFlags : byte
{
    None = 0,

    /// <summary>Set by whoever began the IKE SA.</summary>
    Initiator = 0x08,

    /// <summary>The sender could speak a higher major version.</summary>
    Version = 0x10,

    Response = 0x20,
}
