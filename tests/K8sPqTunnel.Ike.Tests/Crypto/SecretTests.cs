using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Crypto;

public sealed class SecretTests
{
    [Fact]
    public void A_disposed_secret_is_zeroed_and_cannot_be_read()
    {
        Secret secret = new("key"u8);
        ReadOnlySpan<byte> memory = secret.Span;

        secret.Dispose();

        Assert.Equal(new byte[3], memory.ToArray());
        Assert.Throws<ObjectDisposedException>(() => secret.Span.Length);
    }

    [Fact]
    public void Printing_a_secret_shows_its_length_only() => Assert.Equal("secret of 3 octets", new Secret("key"u8).ToString());

    [Fact]
    public void A_secret_equals_the_same_octets_only()
    {
        using Secret secret = new("key"u8);

        Assert.True(secret.FixedTimeEquals("key"u8));
        Assert.False(secret.FixedTimeEquals("kez"u8));
        Assert.False(secret.FixedTimeEquals("keys"u8));
    }

    [Fact]
    public void A_copy_outlives_its_original()
    {
        Secret original = new("key"u8);
        using Secret copy = original.Copy();

        original.Dispose();

        Assert.True(copy.FixedTimeEquals("key"u8));
    }
}
