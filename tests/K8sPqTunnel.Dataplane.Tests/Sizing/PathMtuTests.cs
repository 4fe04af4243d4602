using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests.Sizing;

public sealed class PathMtuTests
{
    public static TheoryData<EspCarrier, bool> Ways =>
        new(from carrier in Enum.GetValues<EspCarrier>() from ipv6 in new[] { false, true } select (carrier, ipv6));

    [Theory]
    [InlineData(1500, EspCarrier.Udp, false, 1438)]
    [InlineData(1500, EspCarrier.Ip, false, 1446)]
    [InlineData(1500, EspCarrier.Udp, true, 1418)]
    [InlineData(1500, EspCarrier.Ip, true, 1426)]
    [InlineData(1500, EspCarrier.Tcp, false, 1410)]
    [InlineData(1280, EspCarrier.Udp, false, 1218)]
    [InlineData(9001, EspCarrier.Udp, false, 8938)]
    [InlineData(50, EspCarrier.Udp, false, PathMtu.Smallest)]
    public void The_inner_MTU_of_known_paths(int outer, EspCarrier carrier, bool ipv6, int inner) =>
        Assert.Equal(inner, PathMtu.Inner(outer, carrier, ipv6));

    [Theory, MemberData(nameof(Ways))]
    public void With_any_cipher_the_largest_inner_packet_just_fits_and_one_octet_more_does_not(EspCarrier carrier, bool ipv6)
    {
        int headers = (ipv6 ? 40 : 20) + carrier switch { EspCarrier.Udp => 8, EspCarrier.Tcp => 34, _ => 0 };
        foreach (EspLayout layout in EspTransforms.Supported.Select(EspTransforms.LayoutOf).Distinct())
        {
            for (int outer = 576; outer <= 9100; outer++)
            {
                int inner = PathMtu.Inner(outer, carrier, ipv6, layout);
                Assert.True(headers + layout.SealedLength(inner) <= outer);
                Assert.True(headers + layout.SealedLength(inner + 1) > outer);
            }
        }
    }
}
