using System.Text.Json;
using FsCheck.Fluent;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Crypto;

public sealed class AeadTests
{
    public static TheoryData<string> Keywords => [.. EncryptionParameters.All.Where(row => row.IsAead).Select(row => row.Keyword)];

    [Theory]
    [InlineData("aes_gcm", EncryptionId.AesGcm16, 197)]
    [InlineData("chacha20_poly1305", EncryptionId.ChaCha20Poly1305, 316)]
    public void An_AEAD_agrees_with_Wycheproof(string file, EncryptionId id, int expectedCases)
    {
        int checkedCases = 0;
        foreach (WycheproofCase test in WycheproofCase.Read(file))
        {
            byte[] nonce = test.Hex("iv"), tag = test.Hex("tag");
            if (nonce.Length != 12 || tag.Length != 16)
                continue;   // IPsec's nonces and ICVs have one length only.
            checkedCases++;
            byte[] key = test.Hex("key"), aad = test.Hex("aad"), plaintext = test.Hex("msg"), ciphertext = test.Hex("ct");
            EncryptionParameters parameters = EncryptionParameters.All.Single(row => row.Id == id && row.KeyLength == key.Length);
            using Aead aead = new(parameters, [.. key, .. nonce[..4]]);

            byte[] opened = new byte[ciphertext.Length];
            Assert.True(aead.TryOpen(nonce.AsSpan(4), aad, ciphertext, tag, opened) == test.IsValid, $"{file} {test.Id}");
            if (!test.IsValid)
                continue;
            Assert.Equal(plaintext, opened);
            byte[] sealedText = new byte[plaintext.Length], icv = new byte[16];
            aead.Seal(nonce.AsSpan(4), aad, plaintext, sealedText, icv);
            Assert.Equal(ciphertext, sealedText);
            Assert.Equal(tag, icv);
        }

        Assert.Equal(expectedCases, checkedCases);
    }

    [Fact]
    public void The_ESP_packets_of_draft_mcgrew_gcm_test_open_and_seal_in_place()
    {
        using JsonDocument document = JsonDocument.Parse(Vectors.Read("gcm-esp/aes_gcm_esp.json"));
        JsonElement tests = document.RootElement.GetProperty("tests");
        Assert.Equal(10, tests.GetArrayLength());
        foreach (JsonElement test in tests.EnumerateArray())
        {
            Assert.True(EncryptionParameters.TryFind(
                EncryptionId.AesGcm16, test.GetProperty("keyBits").GetInt32(), out EncryptionParameters? parameters));
            CheckInPlace(test, parameters);
        }
    }

    [Theory]
    [InlineData("A")]
    [InlineData("B")]
    public void The_ChaCha20_Poly1305_messages_of_RFC_7634_open_and_seal_in_place(string appendix)
    {
        using JsonDocument document = JsonDocument.Parse(Vectors.Read("rfc7634/chacha20poly1305.json"));
        Assert.True(EncryptionParameters.TryFind(EncryptionId.ChaCha20Poly1305, 0, out EncryptionParameters? parameters));
        CheckInPlace(document.RootElement.GetProperty(appendix), parameters);
    }

    [Fact]
    public void The_first_packet_of_draft_mcgrew_gcm_test_has_the_known_ICV()
    {
        Assert.True(EncryptionParameters.TryFind(EncryptionId.AesGcm16, 128, out EncryptionParameters? parameters));
        using Aead aead = new(parameters, Convert.FromHexString("4c80cdefbb5d10da906ac73c3613a6342e443b68"));
        byte[] packet = Convert.FromHexString(
            "45000048699a000080114db7c0a80102c0a801010a9bf15638d301000001000000000000045f736970045f756470037369700963796265" +
            "726369747902646b000021000101020201");
        byte[] icv = new byte[16];

        aead.Seal(
            Convert.FromHexString("4956ed7e3b244cfe"), Convert.FromHexString("000043218765432100000000"), packet, packet, icv);

        Assert.StartsWith("fecf537e729d5b07dc30df52", Convert.ToHexStringLower(packet), StringComparison.Ordinal);
        Assert.Equal("459018148f6cbe722fd04796562dfdb4", Convert.ToHexStringLower(icv));
    }

    [Theory, MemberData(nameof(Keywords))]
    public void What_one_end_seals_the_other_opens_unless_any_bit_is_flipped(string keyword)
    {
        EncryptionParameters parameters = EncryptionParameters.All.Single(row => row.Keyword == keyword);
        byte[] key = new byte[parameters.KeyMaterialLength];
        using Aead sender = new(parameters, key), receiver = new(parameters, key);
        Prop.ForAll<byte[], byte[], int>((associated, plaintext, position) =>
        {
            // IV, associated data, ciphertext and ICV in one piece, so that a flipped bit may lie anywhere.
            byte[] packet = [.. new byte[8], .. associated, .. plaintext, .. new byte[16]];
            Range aad = 8..(8 + associated.Length), body = (8 + associated.Length)..^16;
            sender.Seal(packet.AsSpan(..8), packet.AsSpan(aad), packet.AsSpan(body), packet.AsSpan(body), packet.AsSpan(^16..));

            byte[] opened = new byte[plaintext.Length];
            bool genuine = receiver.TryOpen(packet.AsSpan(..8), packet.AsSpan(aad), packet.AsSpan(body), packet.AsSpan(^16..), opened)
                && opened.SequenceEqual(plaintext);

            Bits.Flip(packet, position);
            bool forged = receiver.TryOpen(packet.AsSpan(..8), packet.AsSpan(aad), packet.AsSpan(body), packet.AsSpan(^16..), opened);
            return genuine && !forged && !opened.AsSpan().ContainsAnyExcept((byte)0);
        }).MustHold();
    }

    [Theory, MemberData(nameof(Keywords))]
    public void Neither_sealing_nor_opening_nor_refusing_a_packet_allocates(string keyword)
    {
        EncryptionParameters parameters = EncryptionParameters.All.Single(row => row.Keyword == keyword);
        using Aead aead = new(parameters, new byte[parameters.KeyMaterialLength]);
        byte[] packet = new byte[1400], iv = new byte[8], icv = new byte[16], wrong = new byte[16];
        void Exchange()
        {
            aead.Seal(iv, iv, packet, packet, icv);
            Assert.True(aead.TryOpen(iv, iv, packet, icv, packet));
            Assert.False(aead.TryOpen(iv, iv, packet, wrong, packet));
        }

        Exchange();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Exchange();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Using_a_disposed_AEAD_is_a_bug_and_no_crash()
    {
        EncryptionParameters parameters = EncryptionParameters.All[0];
        Aead aead = new(parameters, new byte[parameters.KeyMaterialLength]);
        aead.Dispose();

        Assert.Throws<ObjectDisposedException>(() => aead.Seal(new byte[8], [], [], [], new byte[16]));
    }

    private static void CheckInPlace(JsonElement test, EncryptionParameters parameters)
    {
        byte[] Hex(string property) => Convert.FromHexString(test.GetProperty(property).GetString()!);
        using Aead aead = new(parameters, [.. Hex("key"), .. Hex("salt")]);
        byte[] text = Hex("plaintext"), icv = new byte[Aead.IcvLength];

        aead.Seal(Hex("iv"), Hex("aad"), text, text, icv);

        Assert.Equal(Hex("ciphertext"), text);
        Assert.Equal(Hex("tag"), icv);
        Assert.True(aead.TryOpen(Hex("iv"), Hex("aad"), text, icv, text));
        Assert.Equal(Hex("plaintext"), text);
    }
}
