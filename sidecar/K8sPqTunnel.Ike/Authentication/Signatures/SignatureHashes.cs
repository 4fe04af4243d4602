using System.Buffers.Binary;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Authentication.Signatures;

/// <summary>The hash functions that one end takes in signatures: what SIGNATURE_HASH_ALGORITHMS says (RFC 7427 4).</summary>
internal readonly record struct SignatureHashes
{
    private readonly ushort _bits;

    private SignatureHashes(ushort bits) => _bits = bits;

    /// <summary>What we take. SHA-1 is not among them: collisions of it can be bought (RFC 8247 3.2.1).</summary>
    public static SignatureHashes Ours { get; } = default(SignatureHashes)
        .With(SignatureHash.Sha2_256).With(SignatureHash.Sha2_384).With(SignatureHash.Sha2_512).With(SignatureHash.Identity);

    /// <summary>The peer said nothing: it knows no Digital Signature method.</summary>
    public bool IsEmpty => _bits == 0;

    public bool Has(SignatureHash hash) => (_bits & Bit(hash)) != 0;

    public SignatureHashes With(SignatureHash hash) => new((ushort)(_bits | Bit(hash)));

    /// <summary>Reads the notify's data; hash functions unknown to us are passed over.</summary>
    public static SignatureHashes Read(ReadOnlySpan<byte> data)
    {
        SignatureHashes hashes = default;
        for (; data.Length >= sizeof(ushort); data = data[sizeof(ushort)..])
        {
            var hash = (SignatureHash)BinaryPrimitives.ReadUInt16BigEndian(data);
            if (Enum.IsDefined(hash))
                hashes = hashes.With(hash);
        }

        return hashes;
    }

    /// <summary>What a message of IKE_SA_INIT announces; empty where it has no such notify.</summary>
    public static SignatureHashes Of(in IkeMessage message) =>
        message.TryFindNotify(NotifyType.SignatureHashAlgorithms, out NotifyPayload notify) ? Read(notify.Data) : default;

    public void Write(PayloadWriter writer)
    {
        Span<byte> data = stackalloc byte[sizeof(ushort) * 5];
        int length = 0;
        foreach (SignatureHash hash in Enum.GetValues<SignatureHash>())
        {
            if (!Has(hash))
                continue;
            BinaryPrimitives.WriteUInt16BigEndian(data[length..], (ushort)hash);
            length += sizeof(ushort);
        }

        NotifyPayload.Write(writer, NotifyType.SignatureHashAlgorithms, data[..length]);
    }

    private static ushort Bit(SignatureHash hash) => (ushort)(1 << (int)hash);
}
