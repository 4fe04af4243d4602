using System.Buffers.Binary;
using System.Formats.Asn1;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>RSASSA-PSS-params (RFC 4055 3.1).</summary>
/// <remarks>Some peers write the default trailer field out, some hash identifiers lack their NULL: both mean the same.</remarks>
internal static class RsaPssParameters
{
    private const int DefaultSaltLength = 20;
    private const byte TrailerFieldBc = 1;

    private static readonly byte[] Mgf1Oid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];
    private static readonly byte[] Sha1Oid = [0x2b, 0x0e, 0x03, 0x02, 0x1a];

    // id-sha256, id-sha384, id-sha512 differ in the last octet.
    private static readonly byte[] Sha2Prefix = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];

    /// <summary>Reads what follows the identifier.</summary>
    /// <param name="fields">Behind id-RSASSA-PSS, inside the AlgorithmIdentifier.</param>
    public static bool TryRead(DerReader fields, out SignatureAlgorithm algorithm)
    {
        algorithm = default;
        // RFC 8247 3.2.2: empty and default parameters mean SHA-1, and MUST NOT be used.
        if (!fields.TryEnterSequence(out DerReader parameters) || !fields.IsEmpty)
            return false;

        SignatureHash hash = SignatureHash.Sha1;
        SignatureHash maskHash = SignatureHash.Sha1;
        int saltLength = DefaultSaltLength;
        if (parameters.TryEnter(Context(0), out DerReader hashField) && !TryReadHash(ref hashField, out hash))
            return false;
        if (parameters.TryEnter(Context(1), out DerReader maskField) && !TryReadMask(ref maskField, out maskHash))
            return false;
        if (parameters.TryEnter(Context(2), out DerReader saltField) && !TryReadNumber(ref saltField, out saltLength))
            return false;
        if (parameters.TryEnter(Context(3), out DerReader trailer) && (!TryReadNumber(ref trailer, out int field) || field != TrailerFieldBc))
            return false;

        algorithm = new SignatureAlgorithm(SignatureFamily.RsaPss, hash, saltLength);
        return parameters.IsEmpty && maskHash == hash;              // RFC 4055 3.1: recommended, and what everybody does.
    }

    public static void Write(AsnWriter writer, SignatureAlgorithm algorithm)
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence(Context(0)))
                WriteHash(writer, algorithm.Hash);
            using (writer.PushSequence(Context(1)))
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(AlgorithmIdentifier.Oid(Mgf1Oid));
                WriteHash(writer, algorithm.Hash);
            }

            using (writer.PushSequence(Context(2)))
                writer.WriteInteger(algorithm.PssSaltLength!.Value);
        }
    }

    private static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);

    private static void WriteHash(AsnWriter writer, SignatureHash hash)
    {
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(AlgorithmIdentifier.Oid([.. Sha2Prefix, (byte)(hash - SignatureHash.Sha2_256 + 1)]));
            writer.WriteNull();
        }
    }

    private static bool TryReadHash(ref DerReader field, out SignatureHash hash)
    {
        hash = default;
        if (!field.TryEnterSequence(out DerReader identifier) || !field.IsEmpty || !identifier.TryReadOid(out ReadOnlySpan<byte> oid))
            return false;
        identifier.TryRead(Asn1Tag.Null, out _);
        if (!identifier.IsEmpty)
            return false;
        if (oid.SequenceEqual(Sha1Oid))
            hash = SignatureHash.Sha1;
        else if (oid.Length == Sha2Prefix.Length + 1 && oid.StartsWith(Sha2Prefix) && oid[^1] is >= 1 and <= 3)
            hash = SignatureHash.Sha2_256 + (ushort)(oid[^1] - 1);
        return hash != default;
    }

    private static bool TryReadMask(ref DerReader field, out SignatureHash hash)
    {
        hash = default;
        return field.TryEnterSequence(out DerReader mask)
            && field.IsEmpty
            && mask.TryReadOid(out ReadOnlySpan<byte> oid)
            && oid.SequenceEqual(Mgf1Oid)
            && TryReadHash(ref mask, out hash);
    }

    private static bool TryReadNumber(ref DerReader field, out int number)
    {
        number = 0;
        if (!field.TryRead(Asn1Tag.Integer, out ReadOnlySpan<byte> content) || !field.IsEmpty || content.Length is 0 or > 2)
            return false;
        number = content.Length == 1 ? (sbyte)content[0] : BinaryPrimitives.ReadInt16BigEndian(content);
        return number >= 0;
    }
}
