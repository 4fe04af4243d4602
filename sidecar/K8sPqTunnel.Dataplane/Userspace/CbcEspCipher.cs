using System.Buffers.Binary;
using System.Security.Cryptography;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>ESP with AES-CBC and HMAC-SHA2 (RFC 3602, RFC 4868): encrypt, then authenticate.</summary>
internal sealed class CbcEspCipher : EspCipher
{
    private const int UpperHalfLength = 4;
    private readonly CbcCipher _encryption;
    private readonly CbcCipher _decryption;
    private readonly Integrity _integrity;

    /// <param name="transform">With an integrity algorithm.</param>
    /// <param name="keys">Of one direction; copied.</param>
    public CbcEspCipher(EspTransform transform, ChildSaKeys keys)
    {
        if (keys.Integrity is not { } integrityKey)
            throw new ArgumentException("AES-CBC needs a key for its integrity algorithm.", nameof(keys));
        _encryption = new CbcCipher(keys.Encryption.Span, encrypt: true);
        _decryption = new CbcCipher(keys.Encryption.Span, encrypt: false);
        _integrity = new Integrity(transform.Integrity, integrityKey.Span);
        Layout = new EspLayout(CbcCipher.BlockLength, CbcCipher.BlockLength, _integrity.IcvLength);
    }

    public override EspLayout Layout { get; }

    public override void Seal(Span<byte> packet, ulong sequence, bool extended)
    {
        Span<byte> iv = packet.Slice(EspFormat.HeaderLength, Layout.IvLength);
        RandomNumberGenerator.Fill(iv);                                 // RFC 3602 3: nobody may foresee it.
        _encryption.Transform(iv, packet[Layout.PayloadOffset..^Layout.IcvLength]);
        Span<byte> upperHalf = stackalloc byte[UpperHalfLength];
        _integrity.Compute(packet[..^Layout.IcvLength], UpperHalf(upperHalf, sequence, extended), packet[^Layout.IcvLength..]);
    }

    public override bool TryOpen(ReadOnlySpan<byte> packet, ulong sequence, bool extended, Span<byte> plaintext)
    {
        // Authentic first: the padding tells a stranger nothing.
        ReadOnlySpan<byte> encrypted = packet[Layout.PayloadOffset..^Layout.IcvLength];
        Span<byte> upperHalf = stackalloc byte[UpperHalfLength];
        if (encrypted.Length % Layout.Alignment != 0
            || !_integrity.Verify(packet[..^Layout.IcvLength], UpperHalf(upperHalf, sequence, extended), packet[^Layout.IcvLength..]))
        {
            return false;
        }

        encrypted.CopyTo(plaintext);
        _decryption.Transform(packet.Slice(EspFormat.HeaderLength, Layout.IvLength), plaintext);
        return true;
    }

    public override void Dispose()
    {
        _encryption.Dispose();
        _decryption.Dispose();
        _integrity.Dispose();
    }

    // RFC 4303 2.2.1: authenticated behind the packet, but not sent.
    private static ReadOnlySpan<byte> UpperHalf(Span<byte> octets, ulong sequence, bool extended)
    {
        BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)(sequence >> 32));
        return extended ? octets : [];
    }
}
