using FsCheck.Fluent;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Wire;

public sealed class PayloadReaderTests
{
    [Fact]
    public void What_was_written_is_read_again() =>
        Prop.ForAll<byte[][]>(bodies =>
        {
            using PayloadWriter writer = new();
            foreach (byte[] body in bodies)
            {
                writer.Begin(PayloadType.VendorId);
                writer.Put(body);
                writer.End();
            }

            List<byte[]> read = [];
            PayloadReader reader = new(writer.Octets, writer.First);
            while (reader.TryRead(out RawPayload payload))
                read.Add(payload.Body.ToArray());
            return reader.Error == ParseError.None &&
                read.Count == bodies.Length &&
                read.Zip(bodies).All(pair => pair.First.SequenceEqual(pair.Second));
        }).MustHold();

    [Theory]
    [InlineData("", ParseError.Truncated)]
    [InlineData("000000", ParseError.Truncated)]
    [InlineData("00000003", ParseError.BadLength)]                   // RFC 7296 3.2: the length includes the header
    [InlineData("00000000", ParseError.BadLength)]
    [InlineData("00000005", ParseError.BadLength)]
    [InlineData("0000000400", ParseError.TrailingOctets)]
    [InlineData("29000004", ParseError.Truncated)]
    [InlineData("00000004", ParseError.None)]
    internal void A_chain_that_does_not_hold_together_ends_with_its_fault(string chain, ParseError expected)
    {
        PayloadReader reader = new(Convert.FromHexString(chain), PayloadType.Notify);
        while (reader.TryRead(out _))
        {
        }

        Assert.Equal(expected, reader.Error);
    }

    [Fact]
    public void A_chain_longer_than_the_first_buffer_is_written_whole()
    {
        using PayloadWriter writer = new();
        byte[] body = [.. Enumerable.Range(0, 60000).Select(i => (byte)i)];
        writer.Begin(PayloadType.Nonce);
        writer.Put(body);
        writer.End();

        PayloadReader reader = new(writer.Octets, writer.First);
        Assert.True(reader.TryRead(out RawPayload payload));
        Assert.True(payload.Body.SequenceEqual(body));
    }

    [Fact]
    public void A_payload_inside_a_payload_is_a_bug()
    {
        using PayloadWriter writer = new();
        writer.Begin(PayloadType.Nonce);

        Assert.Throws<InvalidOperationException>(() => writer.Begin(PayloadType.Notify));
    }
}
