namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Transform type 4 and ADDKE1 to ADDKE7: key exchange methods (IANA "IKEv2 Parameters"; RFC 9370 4.1).</summary>
public enum KeyExchangeMethod : ushort
{
    /// <summary>Offered or selected in an ADDKE transform to say "this exchange may be left out" (RFC 9370 2.2.1).</summary>
    None = 0,

    /// <summary>NIST P-256 (RFC 5903 3.1).</summary>
    Ecp256 = 19,

    /// <summary>NIST P-384 (RFC 5903 3.2).</summary>
    Ecp384 = 20,

    /// <summary>NIST P-521 (RFC 5903 3.3).</summary>
    Ecp521 = 21,

    /// <summary>RFC 8031.</summary>
    X25519 = 31,

    /// <summary>FIPS 203 (draft-ietf-ipsecme-ikev2-mlkem).</summary>
    MlKem512 = 35,

    /// <summary>FIPS 203 (draft-ietf-ipsecme-ikev2-mlkem).</summary>
    MlKem768 = 36,

    /// <summary>FIPS 203 (draft-ietf-ipsecme-ikev2-mlkem).</summary>
    MlKem1024 = 37,
}
