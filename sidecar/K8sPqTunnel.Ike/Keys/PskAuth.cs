using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Keys;

/// <summary>Authentication with a pre-shared key (RFC 7296 2.15, method 2).</summary>
internal static class PskAuth
{
    /// <summary>17 octets, no terminator.</summary>
    private static ReadOnlySpan<byte> KeyPad => "Key Pad for IKEv2"u8;

    /// <summary>AUTH = prf(prf(Shared Secret, "Key Pad for IKEv2"), SignedOctets).</summary>
    /// <returns>The data of the AUTH payload, behind method and reserved octets.</returns>
    public static byte[] Compute(PrfId prf, Secret psk, ReadOnlySpan<byte> signedOctets)
    {
        using Secret auth = Auth(prf, psk, signedOctets);
        return auth.Span.ToArray();
    }

    /// <summary>Whether a peer's AUTH data is right, compared in constant time.</summary>
    public static bool Verify(PrfId prf, Secret psk, ReadOnlySpan<byte> signedOctets, ReadOnlySpan<byte> auth)
    {
        using Secret expected = Auth(prf, psk, signedOctets);
        return expected.FixedTimeEquals(auth);
    }

    private static Secret Auth(PrfId prf, Secret psk, ReadOnlySpan<byte> signedOctets)
    {
        Prf function = Prf.Of(prf);
        using Secret padded = function.Compute(psk.Span, KeyPad);
        return function.Compute(padded.Span, signedOctets);
    }
}
