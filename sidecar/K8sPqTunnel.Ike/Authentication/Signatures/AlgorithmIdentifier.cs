using System.Formats.Asn1;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>The AlgorithmIdentifier in front of a signature (RFC 7427 3, appendix A; RFC 8420; RFC 9881 2).</summary>
/// <remarks>Read by meaning: peers differ in what they leave out, so octets are never compared whole.</remarks>
internal static class AlgorithmIdentifier
{
    private static readonly byte[] RsaPssOid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];

    // Columns: object identifier, whether an explicit NULL stands for no parameters (RFC 4055 5), what it means.
    private static readonly (byte[] Oid, bool HasNull, SignatureAlgorithm Algorithm)[] Rows =
    [
        ([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05], true, new(SignatureFamily.RsaPkcs1, SignatureHash.Sha1)),
        ([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b], true, new(SignatureFamily.RsaPkcs1, SignatureHash.Sha2_256)),
        ([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c], true, new(SignatureFamily.RsaPkcs1, SignatureHash.Sha2_384)),
        ([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d], true, new(SignatureFamily.RsaPkcs1, SignatureHash.Sha2_512)),
        ([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01], false, new(SignatureFamily.Ecdsa, SignatureHash.Sha1)),
        ([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02], false, new(SignatureFamily.Ecdsa, SignatureHash.Sha2_256)),
        ([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03], false, new(SignatureFamily.Ecdsa, SignatureHash.Sha2_384)),
        ([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04], false, new(SignatureFamily.Ecdsa, SignatureHash.Sha2_512)),
        ([0x2b, 0x65, 0x70], false, new(SignatureFamily.Ed25519, SignatureHash.Identity)),
        ([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x11], false, new(SignatureFamily.MlDsa44, SignatureHash.Identity)),
        ([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12], false, new(SignatureFamily.MlDsa65, SignatureHash.Identity)),
        ([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x13], false, new(SignatureFamily.MlDsa87, SignatureHash.Identity)),
    ];

    /// <summary>Understands an identifier; false for one that is malformed, unknown or has parameters that nobody should use.</summary>
    public static bool TryRead(ReadOnlySpan<byte> der, out SignatureAlgorithm algorithm)
    {
        algorithm = default;
        DerReader outer = new(der);
        if (!outer.TryEnterSequence(out DerReader fields) || !outer.IsEmpty || !fields.TryReadOid(out ReadOnlySpan<byte> oid))
            return false;
        if (oid.SequenceEqual(RsaPssOid))
            return RsaPssParameters.TryRead(fields, out algorithm);

        foreach ((byte[] known, _, SignatureAlgorithm meaning) in Rows)
        {
            if (!oid.SequenceEqual(known))
                continue;
            fields.TryRead(Asn1Tag.Null, out _);
            algorithm = meaning;
            return fields.IsEmpty;
        }

        return false;
    }

    public static byte[] Write(SignatureAlgorithm algorithm)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (algorithm.Family == SignatureFamily.RsaPss)
            {
                writer.WriteEncodedValue(Oid(RsaPssOid));
                RsaPssParameters.Write(writer, algorithm);
            }
            else
            {
                (byte[] oid, bool hasNull, _) = Array.Find(Rows, row => row.Algorithm == algorithm);
                writer.WriteEncodedValue(Oid(oid));
                if (hasNull)
                    writer.WriteNull();
            }
        }

        return writer.Encode();
    }

    /// <summary>An OBJECT IDENTIFIER from the octets of its content, which are fewer than 128.</summary>
    internal static byte[] Oid(ReadOnlySpan<byte> content) => [0x06, (byte)content.Length, .. content];
}
