using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Crypto;

public sealed class ParameterTableTests
{
    [Fact]
    public void No_two_rows_share_a_keyword_or_a_transform()
    {
        Assert.Equal(EncryptionParameters.All.Count, EncryptionParameters.All.DistinctBy(row => row.Keyword).Count());
        Assert.Equal(EncryptionParameters.All.Count, EncryptionParameters.All.DistinctBy(row => (row.Id, row.KeyLengthAttribute)).Count());
        Assert.Equal(KeyExchangeParameters.All.Count, KeyExchangeParameters.All.DistinctBy(row => row.Keyword).Count());
        Assert.Equal(KeyExchangeParameters.All.Count, KeyExchangeParameters.All.DistinctBy(row => row.Method).Count());
    }

    [Theory]
    [InlineData(EncryptionId.AesGcm16, 256, "aes256gcm16")]
    [InlineData(EncryptionId.AesCbc, 128, "aes128")]
    [InlineData(EncryptionId.ChaCha20Poly1305, 0, "chacha20poly1305")]
    [InlineData(EncryptionId.ChaCha20Poly1305, 256, null)]
    [InlineData(EncryptionId.AesGcm16, 0, null)]
    [InlineData((EncryptionId)13, 256, null)]
    public void A_transform_is_found_by_ID_and_key_length_attribute(EncryptionId id, int bits, string? keyword)
    {
        EncryptionParameters.TryFind(id, bits, out EncryptionParameters? found);

        Assert.Equal(keyword, found?.Keyword);
    }
}
