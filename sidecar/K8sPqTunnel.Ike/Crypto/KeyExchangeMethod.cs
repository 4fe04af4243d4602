namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Transform type 4 and ADDKE1 to ADDKE7: key exchange methods (IANA "IKEv2 Parameters"; RFC 9370 4.1).</summary>
public enum KeyExchangeMethod : ushort
{
    /// <summary>Offered or selected in an ADDKE transform to say "this exchange may be left out" (RFC 9370 2.2.1).</summary>
    None = 0,

    /// <summary>RFC 3526 2. Only for peers that have nothing better: RFC 8247 2.4 says SHOULD NOT.</summary>
    Modp1536 = 5,

    /// <summary>RFC 3526 3.</summary>
    Modp2048 = 14,

    /// <summary>RFC 3526 4.</summary>
    Modp3072 = 15,

    /// <summary>RFC 3526 5.</summary>
    Modp4096 = 16,

    /// <summary>RFC 3526 6.</summary>
    Modp6144 = 17,

    /// <summary>RFC 3526 7.</summary>
    Modp8192 = 18,

    /// <summary>NIST P-256 (RFC 5903 3.1).</summary>
    Ecp256 = 19,

    /// <summary>NIST P-384 (RFC 5903 3.2).</summary>
    Ecp384 = 20,

    /// <summary>NIST P-521 (RFC 5903 3.3).</summary>
    Ecp521 = 21,

    /// <summary>RFC 6954.</summary>
    BrainpoolP256 = 28,

    /// <summary>RFC 6954.</summary>
    BrainpoolP384 = 29,

    /// <summary>RFC 6954.</summary>
    BrainpoolP512 = 30,

    /// <summary>RFC 8031.</summary>
    X25519 = 31,

    /// <summary>RFC 8031.</summary>
    X448 = 32,

    /// <summary>FIPS 203 (draft-ietf-ipsecme-ikev2-mlkem).</summary>
    MlKem512 = 35,

    /// <summary>FIPS 203 (draft-ietf-ipsecme-ikev2-mlkem).</summary>
    MlKem768 = 36,

    /// <summary>FIPS 203 (draft-ietf-ipsecme-ikev2-mlkem).</summary>
    MlKem1024 = 37,
}
