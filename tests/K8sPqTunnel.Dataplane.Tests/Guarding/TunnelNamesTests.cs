using K8sPqTunnel.Dataplane.Guarding;

namespace K8sPqTunnel.Dataplane.Tests.Guarding;

public sealed class TunnelNamesTests
{
    [Fact]
    public void Names_derive_from_the_tunnel_alone_and_never_change_from_version_to_version()
    {
        var names = new TunnelNames("network/berlin");
        Assert.Equal(new TunnelNames("network/berlin"), names);
        Assert.Equal(("pqtb86f559fb538", "pqtunnel_b86f559fb538", 0xb86f559fu), (names.Interface, names.NftTable, names.Table));
    }

    [Fact]
    public void Thousands_of_tunnels_have_interfaces_of_at_most_15_octets_and_tables_of_their_own()
    {
        TunnelNames[] all = [.. Enumerable.Range(0, 3_000).Select(i => new TunnelNames($"site-{i}"))];
        Assert.All(all, names => Assert.True(names.Interface.Length <= 15));
        Assert.Equal(all.Length, all.Select(names => names.Interface).Distinct().Count());
        Assert.Equal(all.Length, all.Select(names => names.Table).Distinct().Count());
        Assert.All(all, names => Assert.True(names.Table >= 0x80000000));
    }
}
