using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Wire;

public sealed class PayloadBodyTests
{
    [Theory]
    [InlineData("01000000", true)]
    [InlineData("030400010000abcd", true)]
    [InlineData("030400020000abcd", false)]                          // count and octets differ
    [InlineData("03040001", false)]
    [InlineData("030000000000", false)]                              // RFC 7296 3.11: ESP SPIs have four octets
    [InlineData("010400010000abcd", false)]                          // RFC 7296 3.11: an IKE SA is named by none
    [InlineData("0308000100000000000000ab", false)]
    [InlineData("03", false)]
    public void A_Delete_is_read_only_when_its_lengths_fit(string body, bool expected) =>
        Assert.Equal(expected, DeletePayload.TryRead(Convert.FromHexString(body), out _));

    [Theory]
    [InlineData("00004000", true)]
    [InlineData("0304400901000000", true)]
    [InlineData("03054009010000", false)]
    [InlineData("000040", false)]
    public void A_Notify_is_read_only_when_its_SPI_fits(string body, bool expected) =>
        Assert.Equal(expected, NotifyPayload.TryRead(Convert.FromHexString(body), out _));

    [Theory]
    [InlineData("01000000 07000010 0000ffff 0a010000 0a01ffff", 1)]
    [InlineData("02000000 07000010 0000ffff 0a010000 0a01ffff 09000008 00000000", 1)]   // an unknown type is left out
    [InlineData("01000000 08000028 0000ffff 20010db8000000000000000000000000 20010db8ffffffffffffffffffffffff", 1)]
    [InlineData("00000000", -1)]
    [InlineData("01000000", -1)]
    [InlineData("02000000 07000010 0000ffff 0a010000 0a01ffff", -1)]
    [InlineData("01000000 07000014 0000ffff 0a010000 0a01ffff 00000000", -1)]
    [InlineData("01000000 07000010 0000ffff 0a01ffff 0a010000", -1)]   // ends before it starts
    [InlineData("01000000 07000010 0000ffff 0a010000 0a01ffff 00", -1)]
    [InlineData("01000000 07000004 0000ffff", -1)]
    public void Traffic_selectors_are_read_only_when_their_lengths_fit(string body, int count)
    {
        bool read = TrafficSelectorPayload.TryRead(Convert.FromHexString(body.Replace(" ", "")), out List<TrafficSelector> selectors);

        Assert.Equal(count >= 0, read);
        if (read)
            Assert.Equal(count, selectors.Count);
    }

    [Fact]
    public void Selectors_of_both_families_are_written_as_they_are_read()
    {
        TrafficSelector[] selectors =
        [
            new(IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.9"), 17, 53, 53), TrafficSelector.Of(IPNetwork.Parse("2001:db8::/32")),
        ];
        using PayloadWriter writer = new();
        TrafficSelectorPayload.Write(writer, PayloadType.TrafficSelectorInitiator, selectors);

        Assert.True(TrafficSelectorPayload.TryRead(writer.Octets[GenericHeader.Length..], out List<TrafficSelector> read));
        Assert.Equal(selectors, read);
    }

    [Theory]
    [InlineData(15, false)]
    [InlineData(16, true)]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void A_nonce_has_16_to_256_octets(int length, bool expected) => Assert.Equal(expected, NoncePayload.IsValid(new byte[length]));
}
