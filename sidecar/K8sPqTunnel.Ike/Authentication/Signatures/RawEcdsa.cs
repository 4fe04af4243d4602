using System.Formats.Asn1;
using System.Numerics;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>ECDSA signatures of methods 9 to 11: r | s, each as long as the curve's order (RFC 4754 7).</summary>
internal static class RawEcdsa
{
    /// <summary>Octets of r, and of s.</summary>
    public static int PartLength(KeyKind kind) => kind switch
    {
        KeyKind.EcdsaP256 => 32,
        KeyKind.EcdsaP384 => 48,
        KeyKind.EcdsaP521 => 66,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no ECDSA key"),
    };

    /// <summary>From OpenSSL's form, SEQUENCE { r INTEGER, s INTEGER } (RFC 3279 2.2.3).</summary>
    public static byte[] FromDer(KeyKind kind, ReadOnlySpan<byte> der)
    {
        int length = PartLength(kind);
        byte[] raw = new byte[2 * length];
        DerReader outer = new(der);
        bool isSignature = outer.TryEnterSequence(out DerReader parts)
            && TryPlace(ref parts, raw.AsSpan(0, length))
            && TryPlace(ref parts, raw.AsSpan(length));
        return isSignature ? raw : throw new ArgumentException("no ECDSA signature", nameof(der));
    }

    /// <summary>To OpenSSL's form; null when the length is not the curve's.</summary>
    public static byte[]? ToDer(KeyKind kind, ReadOnlySpan<byte> raw)
    {
        int length = PartLength(kind);
        if (raw.Length != 2 * length)
            return null;
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(raw[..length], isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(raw[length..], isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }

    private static bool TryPlace(ref DerReader parts, Span<byte> field)
    {
        if (!parts.TryRead(Asn1Tag.Integer, out ReadOnlySpan<byte> number))
            return false;
        if (number.Length > field.Length)
            number = number[^field.Length..];                        // The sign octet in front of a number that begins with a one bit.
        number.CopyTo(field[(field.Length - number.Length)..]);
        return true;
    }
}
