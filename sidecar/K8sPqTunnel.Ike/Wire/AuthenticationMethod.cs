namespace K8sPqTunnel.Ike.Wire;

/// <summary>Authentication methods (RFC 7296 3.8, RFC 7427 3).</summary>
internal enum AuthenticationMethod : byte
{
    RsaSignature = 1,
    SharedKey = 2,
    EcdsaSha256 = 9,
    EcdsaSha384 = 10,
    EcdsaSha512 = 11,
    Null = 13,
    DigitalSignature = 14,
}
