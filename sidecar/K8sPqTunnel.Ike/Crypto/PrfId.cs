namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Transform type 2, pseudorandom functions (IANA IKEv2 parameters; RFC 7296 3.3.2, RFC 4868 2.4).</summary>
public enum PrfId : ushort
{
    HmacSha2_256 = 5,
    HmacSha2_384 = 6,
    HmacSha2_512 = 7,
}
