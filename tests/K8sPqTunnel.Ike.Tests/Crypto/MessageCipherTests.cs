using System.Text.Json;
using FsCheck.Fluent;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Tests.Transcripts;

namespace K8sPqTunnel.Ike.Tests.Crypto;

public sealed class MessageCipherTests
{
    /// <summary>IKE header and the generic header of SK.</summary>
    private const int BodyOffset = 32;

    public static TheoryData<string> Recorded => TranscriptFiles.Names;

    public static TheoryData<string, IntegrityId> Suites =>
        [.. from row in EncryptionParameters.All
            from integrity in row.IsAead
                ? [IntegrityId.None]
                : new[] { IntegrityId.HmacSha2_256_128, IntegrityId.HmacSha2_384_192, IntegrityId.HmacSha2_512_256 }
            select (row.Keyword, integrity)];

    [Theory, MemberData(nameof(Suites))]
    public void What_one_end_seals_the_other_opens_unless_any_bit_is_flipped(string keyword, IntegrityId integrity)
    {
        using MessageCipher sender = Make(keyword, integrity), receiver = Make(keyword, integrity);
        Prop.ForAll<byte[], int>((content, position) =>
        {
            byte[] message = Seal(sender, content);
            byte[] forged = [.. message];
            Bits.Flip(forged, position);

            return receiver.TryOpen(message, BodyOffset, out int length)
                && message.AsSpan(BodyOffset + receiver.IvLength, length).SequenceEqual(content)
                && !receiver.TryOpen(forged, BodyOffset, out _);
        }).MustHold();
    }

    [Theory, MemberData(nameof(Suites))]
    public void Sealing_and_opening_cost_no_memory(string keyword, IntegrityId integrity)
    {
        using MessageCipher cipher = Make(keyword, integrity);
        byte[] message = Seal(cipher, []), copy = new byte[message.Length];
        Assert.True(cipher.TryOpen([.. message], BodyOffset, out _));

        Assert.Equal(0, Memory.CostOf(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                cipher.Seal(message, BodyOffset, contentLength: 0);
                message.CopyTo(copy, 0);
                if (!cipher.TryOpen(copy, BodyOffset, out _))
                    Assert.Fail("not opened");
            }
        }));
    }

    [Theory, MemberData(nameof(Suites))]
    public void A_message_cut_anywhere_is_refused(string keyword, IntegrityId integrity)
    {
        using MessageCipher cipher = Make(keyword, integrity);
        byte[] message = Seal(cipher, new byte[20]);
        for (int length = BodyOffset; length < message.Length; length++)
            Assert.False(cipher.TryOpen(message.AsSpan(0, length).ToArray(), BodyOffset, out _));
    }

    [Theory, MemberData(nameof(Suites))]
    public void The_largest_content_that_fits_does_fit_and_one_octet_more_does_not(string keyword, IntegrityId integrity)
    {
        using MessageCipher cipher = Make(keyword, integrity);
        for (int space = 100; space < 140; space++)
        {
            int most = cipher.MaxContentLength(space);
            Assert.InRange(cipher.BodyLength(most), 1, space);
            Assert.InRange(cipher.BodyLength(most + 1), space + 1, int.MaxValue);
        }
    }

    [Theory, MemberData(nameof(Suites))]
    [Rfc(7296, "3.14", "No IV is used twice under a key")]
    public void Two_messages_never_share_an_IV(string keyword, IntegrityId integrity)
    {
        using MessageCipher cipher = Make(keyword, integrity);

        byte[] first = Seal(cipher, []), second = Seal(cipher, []);

        Assert.NotEqual(first[BodyOffset..(BodyOffset + 8)], second[BodyOffset..(BodyOffset + 8)]);
    }

    [Fact]
    [Rfc(7296, "3.14", "A pad length beyond the payload is refused")]
    public void An_authentic_message_whose_padding_is_longer_than_itself_is_refused()
    {
        byte[] key = new byte[36];
        using Aead aead = new(EncryptionParameters.All[0], key);
        using MessageCipher cipher = Make("aes256gcm16", IntegrityId.None);
        byte[] message = new byte[BodyOffset + 8 + 3 + 16];
        message[BodyOffset + 8 + 2] = 3;   // Pad length 3 where only two octets stand before it.
        Span<byte> inside = message.AsSpan(BodyOffset + 8, 3);
        aead.Seal(message.AsSpan(BodyOffset, 8), message.AsSpan(0, BodyOffset), inside, inside, message.AsSpan(^16..));

        Assert.False(cipher.TryOpen(message, BodyOffset, out _));
    }

    [Fact]
    public void The_IKE_message_of_RFC_7634_opens()
    {
        using JsonDocument document = JsonDocument.Parse(Vectors.Read("rfc7634/chacha20poly1305.json"));
        JsonElement test = document.RootElement.GetProperty("B");
        byte[] Hex(string property) => Convert.FromHexString(test.GetProperty(property).GetString()!);
        using Secret key = new([.. Hex("key"), .. Hex("salt")]);
        using MessageCipher cipher = MessageCipher.Create(
            EncryptionParameters.All.Single(row => row.Id == EncryptionId.ChaCha20Poly1305),
            IntegrityId.None, key, new Secret([]), new SystemRandomSource());
        byte[] message = Hex("ike_message");

        Assert.True(cipher.TryOpen(message, BodyOffset, out int length));

        Assert.Equal(Hex("plaintext").AsSpan()[..^1], message.AsSpan(BodyOffset + 8, length));
    }

    [Theory, MemberData(nameof(Recorded))]
    public void Recorded_intermediate_messages_open_with_the_recorded_keys(string name)
    {
        Transcript transcript = TranscriptFiles.Load(name);
        IkeAlgorithms algorithms = TranscriptAlgorithms.OfIke(transcript);
        TranscriptDerivation keys = transcript.Derivations[0];
        foreach (TranscriptExchange exchange in transcript.Exchanges.Where(e => e.Intauth is not null))
        {
            AssertOpens(algorithms, keys.SkEi!, keys.SkAi!, exchange.RequestFrames, exchange.Request!);
            AssertOpens(algorithms, keys.SkEr!, keys.SkAr!, exchange.ResponseFrames, exchange.Response!);
        }
    }

    private static void AssertOpens(
        IkeAlgorithms algorithms, byte[] encryptionKey, byte[] integrityKey, IReadOnlyList<byte[]> frames, TranscriptMessage recorded)
    {
        const int FragmentNumbers = 4;
        using MessageCipher cipher = MessageCipher.Create(
            algorithms.Encryption, algorithms.Integrity, new Secret(encryptionKey), new Secret(integrityKey), new SystemRandomSource());
        int bodyOffset = frames.Count == 1 ? BodyOffset : BodyOffset + FragmentNumbers;
        List<byte> inner = [];

        // Fragment numbers stand right before the body; the recording keeps the order of arrival.
        foreach (byte[] frame in frames.OrderBy(f => frames.Count == 1 ? 0 : f[BodyOffset] << 8 | f[BodyOffset + 1]))
        {
            byte[] message = [.. frame];
            Assert.True(cipher.TryOpen(message, bodyOffset, out int length));
            inner.AddRange(message.AsSpan(bodyOffset + cipher.IvLength, length));
        }

        Assert.Equal(recorded.InnerPlaintext, inner);
    }

    private static MessageCipher Make(string keyword, IntegrityId integrity)
    {
        EncryptionParameters parameters = EncryptionParameters.All.Single(row => row.Keyword == keyword);
        using Secret encryptionKey = new(new byte[parameters.KeyMaterialLength]);
        using Secret integrityKey = new(new byte[Integrity.KeyLengthOf(integrity)]);
        return MessageCipher.Create(parameters, integrity, encryptionKey, integrityKey, new SystemRandomSource());
    }

    private static byte[] Seal(MessageCipher cipher, ReadOnlySpan<byte> content)
    {
        byte[] message = new byte[BodyOffset + cipher.BodyLength(content.Length)];
        content.CopyTo(message.AsSpan(BodyOffset + cipher.IvLength));
        cipher.Seal(message, BodyOffset, content.Length);
        return message;
    }
}
