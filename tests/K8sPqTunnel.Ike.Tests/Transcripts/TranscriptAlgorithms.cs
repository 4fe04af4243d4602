using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>Reads the negotiated algorithms out of a transcript.</summary>
internal static class TranscriptAlgorithms
{
    /// <summary>Of the IKE SA; every rekey in the transcripts keeps them.</summary>
    public static IkeAlgorithms OfIke(Transcript transcript)
    {
        IReadOnlyList<int?[]> transforms = transcript.Exchanges.Last(e => e.Exchange == "IKE_SA_INIT").Transforms!;
        return new IkeAlgorithms((PrfId)IdOf(transforms, 2), EncryptionOf(transforms), (IntegrityId)IdOf(transforms, 3));
    }

    /// <summary>Of the children, which are alike in each transcript.</summary>
    public static (EncryptionParameters Encryption, IntegrityId Integrity) OfChild(Transcript transcript) =>
        transcript.EspProposal.StartsWith("aes256gcm16", StringComparison.Ordinal)
            ? (Find(EncryptionId.AesGcm16, 256), IntegrityId.None)
            : (Find(EncryptionId.AesCbc, 256), IntegrityId.HmacSha2_256_128);

    private static int IdOf(IReadOnlyList<int?[]> transforms, int type) =>
        transforms.FirstOrDefault(t => t[0] == type)?[1] ?? 0;

    private static EncryptionParameters EncryptionOf(IReadOnlyList<int?[]> transforms) =>
        Find((EncryptionId)IdOf(transforms, 1), transforms.First(t => t[0] == 1)[2] ?? 0);

    private static EncryptionParameters Find(EncryptionId id, int bits) =>
        EncryptionParameters.TryFind(id, bits, out EncryptionParameters? found)
            ? found
            : throw new InvalidDataException($"no encryption {id} with {bits} bits");
}
