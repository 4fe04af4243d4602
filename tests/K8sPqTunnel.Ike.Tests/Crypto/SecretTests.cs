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

    [Theory]
    [InlineData(48)]
    [InlineData(200)]
    public void What_was_a_secret_is_zeros_before_its_memory_is_used_again(int length)
    {
        byte[] octets = [.. Enumerable.Repeat((byte)0xa5, length)];
        for (int i = 0; i < 3; i++)
            new Secret(octets).Dispose();

        using Secret next = Secret.Create(length, 0, static (_, _) => { });

        Assert.Equal(new byte[length], next.Span.ToArray());
    }

    [Fact]
    public void A_secret_that_is_disposed_twice_gives_its_memory_back_once()
    {
        Secret disposed = new("key"u8);
        disposed.Dispose();
        disposed.Dispose();

        using Secret one = new("one"u8);
        using Secret other = new("other"u8);

        Assert.True(one.FixedTimeEquals("one"u8));
    }
}
