using K8sPqTunnel.Dataplane.Offloads;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.Offloads;

public sealed class InternetChecksumTests
{
    [Fact]
    public void Every_length_and_alignment_sums_as_the_slow_way_does()
    {
        byte[] octets = new byte[3000];
        Random.Shared.NextBytes(octets);
        octets.AsSpan(100, 200).Fill(0xff);
        for (int start = 0; start < 3; start++)
        {
            for (int length = 0; length < 300; length++)
                Check(octets.AsSpan(start, length));
            Check(octets.AsSpan(start, 2900));
        }
        octets.AsSpan().Fill(0xff);
        Check(octets);
    }

    [Fact]
    public void Parts_add_up_and_a_copy_is_one()
    {
        byte[] octets = new byte[1500], copy = new byte[1400];
        Random.Shared.NextBytes(octets);
        ulong sum = InternetChecksum.Sum(octets.AsSpan(0, 100)) + InternetChecksum.CopyAndSum(octets.AsSpan(100), copy) + InternetChecksum.OfWord(0x1234);
        Assert.Equal(TcpPackets.Fold(TcpPackets.Words(octets) + 0x1234), InternetChecksum.Fold(sum));
        Assert.Equal(octets[100..], copy);
    }

    // RFC 1071 3.
    [Fact]
    public void The_example_of_the_standard_gives_its_sum() =>
        Assert.Equal(0xddf2, InternetChecksum.Fold(InternetChecksum.Sum([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7])));

    private static void Check(ReadOnlySpan<byte> octets)
    {
        Assert.Equal(TcpPackets.Fold(TcpPackets.Words(octets)), InternetChecksum.Fold(InternetChecksum.Sum(octets)));
        Assert.Equal((ushort)~TcpPackets.Fold(TcpPackets.Words(octets)), InternetChecksum.Finish(InternetChecksum.Sum(octets)));
    }
}
