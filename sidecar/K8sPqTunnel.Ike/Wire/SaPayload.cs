using K8sPqTunnel.Ike.Negotiation;

namespace K8sPqTunnel.Ike.Wire;

/// <summary>Writes Security Association payloads (RFC 7296 3.3).</summary>
internal static class SaPayload
{
    private const byte MoreProposals = 2;
    private const byte MoreTransforms = 3;
    private const ushort KeyLengthAttribute = 0x800e;

    /// <summary>Writes proposals numbered from <paramref name="firstNumber"/> on, all with the same SPI.</summary>
    /// <param name="spi">Ours; empty in IKE_SA_INIT (RFC 7296 3.3.1).</param>
    /// <param name="firstNumber">1 in an offer; an answer repeats the number of the proposal that it takes.</param>
    public static void Write(
        PayloadWriter writer,
        ProtocolId protocol,
        ReadOnlySpan<byte> spi,
        IReadOnlyList<IReadOnlyList<Transform>> proposals,
        byte firstNumber = 1)
    {
        writer.Begin(PayloadType.SecurityAssociation);
        for (int i = 0; i < proposals.Count; i++)
        {
            writer.Put(i + 1 < proposals.Count ? MoreProposals : (byte)0);
            writer.Put(0);
            int length = writer.OpenLength();
            writer.Put((byte)(firstNumber + i));
            writer.Put((byte)protocol);
            writer.Put((byte)spi.Length);
            writer.Put(checked((byte)proposals[i].Count));
            writer.Put(spi);
            WriteTransforms(writer, proposals[i]);
            writer.CloseLength(length, before: 2);
        }

        writer.End();
    }

    private static void WriteTransforms(PayloadWriter writer, IReadOnlyList<Transform> transforms)
    {
        for (int i = 0; i < transforms.Count; i++)
        {
            writer.Put(i + 1 < transforms.Count ? MoreTransforms : (byte)0);
            writer.Put(0);
            int length = writer.OpenLength();
            writer.Put((byte)transforms[i].Type);
            writer.Put(0);
            writer.PutUInt16(transforms[i].Id);
            if (transforms[i].KeyBits != 0)
            {
                writer.PutUInt16(KeyLengthAttribute);
                writer.PutUInt16(checked((ushort)transforms[i].KeyBits));
            }

            writer.CloseLength(length, before: 2);
        }
    }
}
