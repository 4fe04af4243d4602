using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>ESP with an AEAD (RFC 4106, RFC 7634): the IV is the sequence number.</summary>
internal sealed class AeadEspCipher(EncryptionParameters parameters, ReadOnlySpan<byte> keyAndSalt) : EspCipher
{
    private readonly Aead _aead = new(parameters, keyAndSalt);

    public override EspLayout Layout => EspLayout.Aead;

    public override void Seal(Span<byte> packet, ulong sequence, bool extended)
    {
        Span<byte> iv = packet.Slice(EspFormat.HeaderLength, EspLayout.Aead.IvLength);
        BinaryPrimitives.WriteUInt64BigEndian(iv, sequence);
        Span<byte> associated = stackalloc byte[EspFormat.LongestAssociatedData];
        associated = EspAssociatedData.Write(associated, new EspSpi(BinaryPrimitives.ReadUInt32BigEndian(packet)), sequence, extended);
        Span<byte> body = packet[EspLayout.Aead.PayloadOffset..^EspLayout.Aead.IcvLength];
        _aead.Seal(iv, associated, body, body, packet[^EspLayout.Aead.IcvLength..]);
    }

    public override bool TryOpen(ReadOnlySpan<byte> packet, ulong sequence, bool extended, Span<byte> plaintext)
    {
        Span<byte> associated = stackalloc byte[EspFormat.LongestAssociatedData];
        associated = EspAssociatedData.Write(associated, new EspSpi(BinaryPrimitives.ReadUInt32BigEndian(packet)), sequence, extended);
        return _aead.TryOpen(
            packet.Slice(EspFormat.HeaderLength, EspLayout.Aead.IvLength), associated,
            packet[EspLayout.Aead.PayloadOffset..^EspLayout.Aead.IcvLength], packet[^EspLayout.Aead.IcvLength..], plaintext);
    }

    public override void Dispose() => _aead.Dispose();
}
