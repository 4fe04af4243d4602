namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Why a peer's KE payload data was refused.</summary>
public enum KeyExchangeError
{
    None,

    /// <summary>Not the length that the method fixes (RFC 5903 7, RFC 8031 3, FIPS 203 7.2 and 7.3).</summary>
    WrongLength,

    /// <summary>The coordinates are no point of the curve (RFC 6989 2.3).</summary>
    NotOnCurve,

    /// <summary>A MODP public value y that is not 1 &lt; y &lt; p - 1 (RFC 6989 2.1).</summary>
    OutOfRange,

    /// <summary>The public value is of small order: the shared secret would be all zero (RFC 8031 4, RFC 7748 6.1).</summary>
    SmallOrder,

    /// <summary>A coefficient of the ML-KEM encapsulation key isn't reduced modulo 3329 (FIPS 203 7.2).</summary>
    NotReduced,
}
