using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Wire;

public sealed class IkeHeaderTests
{
    // The first request of transcript s1, header only, with its length cut to 28.
    private static readonly byte[] Valid = Convert.FromHexString("ef36e6f8de0eead9fa5c4e17b16794852e202b08000000010000001c");

    [Fact]
    public void A_header_reads_and_writes_back()
    {
        Assert.Equal(ParseError.None, IkeHeader.TryRead(Valid, out IkeHeader header));

        Assert.Equal(
            new IkeHeader(
                new IkeSpi(0xef36e6f8de0eead9),
                new IkeSpi(0xfa5c4e17b1679485),
                PayloadType.Encrypted,
                ExchangeType.IkeIntermediate,
                HeaderFlags.Initiator,
                MessageId: 1,
                TotalLength: 28),
            header);
        byte[] written = new byte[28];
        header.Write(written);
        Assert.Equal(Valid, written);
    }

    [Theory]
    [InlineData(27)]
    [InlineData(0)]
    public void Less_than_a_header_is_truncated(int length) =>
        Assert.Equal(ParseError.Truncated, IkeHeader.TryRead(Valid.AsSpan(0, length), out _));

    [Theory]
    [InlineData(17, 0x10, ParseError.UnsupportedVersion)]
    [InlineData(17, 0x30, ParseError.UnsupportedVersion)]
    [InlineData(17, 0x2f, ParseError.None)]                          // RFC 7296 2.5: minor versions are ignored
    [InlineData(27, 0x1d, ParseError.BadLength)]
    [InlineData(27, 0x1b, ParseError.BadLength)]
    [InlineData(24, 0x80, ParseError.BadLength)]
    internal void A_changed_octet_is_judged_by_its_field(int offset, byte value, ParseError expected)
    {
        byte[] changed = [.. Valid];
        changed[offset] = value;

        Assert.Equal(expected, IkeHeader.TryRead(changed, out _));
    }

    [Fact]
    public void An_initiators_SPI_of_zero_is_refused()
    {
        byte[] changed = [.. Valid];
        changed.AsSpan(0, 8).Clear();

        Assert.Equal(ParseError.BadValue, IkeHeader.TryRead(changed, out _));
    }
}
