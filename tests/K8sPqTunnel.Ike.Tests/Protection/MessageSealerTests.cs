using FsCheck.Fluent;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Protection;

public sealed class MessageSealerTests
{
    private const int MaxOnPort500 = 1280 - 28;
    private const int MaxOnPort4500 = MaxOnPort500 - 4;

    private static readonly IkeHeader Header =
        new(new IkeSpi(1), new IkeSpi(2), PayloadType.None, ExchangeType.IkeIntermediate, HeaderFlags.Initiator, 1, 0);

    // Lengths that two strongSwan processes put on the wire (STANDARDS 1.4): KE payload of ML-KEM-512, -768 and -1024.
    [Theory]
    [InlineData(808, MaxOnPort500, new[] { 865 })]
    [InlineData(1192, MaxOnPort500, new[] { 1249 })]
    [InlineData(1096, MaxOnPort500, new[] { 1153 })]
    [InlineData(1192, MaxOnPort4500, new[] { 1248, 66 })]
    [InlineData(1096, MaxOnPort4500, new[] { 1153 })]
    [InlineData(1576, MaxOnPort500, new[] { 1252, 446 })]
    public void AES_GCM_messages_have_the_lengths_of_the_field(int payload, int maxLength, int[] datagrams)
    {
        using MessageCipher cipher = Gcm();

        byte[][] made = MessageSealer.Seal(cipher, Header, PayloadType.KeyExchange, new byte[payload], maxLength);

        Assert.Equal(datagrams, made.Select(d => d.Length));
    }

    [Theory]
    [InlineData(1192, int.MaxValue, new[] { 1264 })]
    [InlineData(1096, int.MaxValue, new[] { 1168 })]
    public void AES_CBC_messages_have_the_lengths_of_the_field(int payload, int maxLength, int[] datagrams)
    {
        using MessageCipher cipher = Cbc();

        byte[][] made = MessageSealer.Seal(cipher, Header, PayloadType.KeyExchange, new byte[payload], maxLength);

        Assert.Equal(datagrams, made.Select(d => d.Length));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whatever_is_sealed_opens_and_comes_together_in_any_order(bool gcm) =>
        Prop.ForAll<byte[], int>((content, seed) =>
        {
            byte[] whole = [.. Enumerable.Repeat(content, 40).SelectMany(c => c)];
            using MessageCipher seal = gcm ? Gcm() : Cbc();
            using MessageCipher open = gcm ? Gcm() : Cbc();
            byte[][] datagrams = MessageSealer.Seal(seal, Header, PayloadType.Nonce, whole, 300);
            new Random(seed).Shuffle(datagrams);
            return Reassemble(open, datagrams) is { } read && read.SequenceEqual(whole);
        }).MustHold();

    [Fact]
    public void Every_single_changed_bit_is_noticed()
    {
        using MessageCipher seal = Gcm();
        using MessageCipher open = Gcm();
        byte[] datagram = MessageSealer.Seal(seal, Header, PayloadType.Nonce, new byte[60], 120)[0];
        for (int bit = 0; bit < datagram.Length * 8; bit++)
        {
            byte[] changed = [.. datagram];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(OpenResult.Opened, MessageOpener.TryOpen(changed, open, out _));
        }
    }

    private static byte[]? Reassemble(MessageCipher cipher, byte[][] datagrams)
    {
        Reassembler parts = new(new FragmentMemory());
        foreach (byte[] datagram in datagrams)
        {
            if (MessageOpener.TryOpen(datagram, cipher, out OpenedPart part) != OpenResult.Opened)
                return null;
            if (!part.IsFragment)
                return datagram[part.Content];
            ReadOnlySpan<byte> headers = datagram.AsSpan(0, SealedLayout.HeadersLength);
            if (parts.Add(TimeSpan.Zero, headers, part, datagram.AsSpan(part.Content)) == ReassemblyResult.Complete)
                return parts.First == PayloadType.Nonce ? parts.Take() : null;
        }

        return null;
    }

    private static MessageCipher Gcm() => Cipher(EncryptionId.AesGcm16, IntegrityId.None, 36, 0);

    private static MessageCipher Cbc() => Cipher(EncryptionId.AesCbc, IntegrityId.HmacSha2_256_128, 32, 32);

    private static MessageCipher Cipher(EncryptionId id, IntegrityId integrity, int keyLength, int integrityLength)
    {
        Assert.True(EncryptionParameters.TryFind(id, 256, out EncryptionParameters? parameters));
        Secret key = new(new byte[keyLength]), integrityKey = new(new byte[integrityLength]);
        return MessageCipher.Create(parameters, integrity, key, integrityKey, new SeededRandom(1));
    }
}
