namespace K8sPqTunnel.Ike.Wire;

/// <summary>Exchange types (RFC 7296 3.1, RFC 9242 4, RFC 9370 4.1).</summary>
internal enum ExchangeType : byte
{
    IkeSaInit = 34,
    IkeAuth = 35,
    CreateChildSa = 36,
    Informational = 37,
    IkeIntermediate = 43,
    IkeFollowupKe = 44,
}
