namespace K8sPqTunnel.Ike.Wire;

/// <summary>Protocol IDs of proposals, Notify and Delete payloads (RFC 7296 3.3.1).</summary>
internal enum ProtocolId : byte
{
    None = 0,
    Ike = 1,
    AuthenticationHeader = 2,
    Esp = 3,
}
