using System.Net;
using System.Text.Json;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.Netlink;

public sealed class KernelNftablesTests : IDisposable
{
    private readonly NetworkNamespace _space = NetworkNamespace.Create();

    public void Dispose() => _space.Dispose();

    [Fact]
    public void Rules_read_in_nft_as_they_were_meant()
    {
        Commit(batch =>
        {
            batch.PutTable("t", "tunnel berlin");
            batch.AddChain("t", "leaving");
            batch.AddRule("t", "leaving", new NftRule(IpFamily.V4).To(IPNetwork.Parse("10.20.0.0/14")).Count().Drop());
            batch.AddBaseChain("t", "output", "filter", NftHook.Output, 10);
            batch.AddRule("t", "output", new NftRule(IpFamily.V4).OutputInterface("lo").Accept());
            batch.AddRule("t", "output", new NftRule(IpFamily.V4).To(IPNetwork.Parse("192.0.2.7/32")).FromUdpPort(4500).Accept());
            batch.AddRule("t", "output", new NftRule(IpFamily.V4).OutputInterface("pqt0", isNot: true).From(IPNetwork.Parse("10.1.0.0/16")).Jump("leaving"));
            batch.AddBaseChain("t", "nat", "nat", NftHook.PostRouting, 90);
            batch.AddRule("t", "nat", new NftRule(IpFamily.V4).OutputInterface("pqt0").From(IPNetwork.Parse("0.0.0.0/0")).KeepSource());
        });
        string[] lines = [.. _space.Shell("nft list ruleset").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        string[] expected =
        [
            "table ip t {",
            "comment \"tunnel berlin\"",
            "chain leaving {",
            "ip daddr 10.20.0.0/14 counter packets 0 bytes 0 drop",
            "}",
            "chain output {",
            "type filter hook output priority filter + 10; policy accept;",
            "oifname \"lo\" accept",
            "ip daddr 192.0.2.7 udp sport 4500 accept",
            "oifname != \"pqt0\" ip saddr 10.1.0.0/16 jump leaving",
            "}",
            "chain nat {",
            "type nat hook postrouting priority srcnat - 10; policy accept;",
            "oifname \"pqt0\" snat to ip saddr",
            "}",
            "}",
        ];
        Assert.Equal(expected, lines);
        Assert.Equal([new NftTable("t", "tunnel berlin")], With(socket => new NftTables(socket, IpFamily.V4).List()));
    }

    [Fact]
    public void A_transaction_with_one_wrong_rule_changes_nothing()
    {
        NetlinkException refusal = Assert.Throws<NetlinkException>(() => Commit(batch =>
        {
            batch.PutTable("t", "c");
            batch.AddBaseChain("t", "output", "filter", NftHook.Output, 10);
            batch.AddRule("t", "output", new NftRule(IpFamily.V4).Jump("nowhere"));
            batch.AddRule("t", "output", new NftRule(IpFamily.V4).Accept());
        }));
        Assert.Equal(Errno.NoEntry, refusal.ErrorNumber);
        Assert.Empty(With(socket => new NftTables(socket, IpFamily.V4).List()));
    }

    [Fact]
    public void Counters_are_read_by_chain()
    {
        Commit(batch =>
        {
            batch.PutTable("t", "c");
            batch.AddBaseChain("t", "output", "filter", NftHook.Output, 10);
            batch.AddRule("t", "output", new NftRule(IpFamily.V4).To(IPNetwork.Parse("127.0.0.9/32")).Count().Drop());
            batch.AddRule("t", "output", new NftRule(IpFamily.V4).To(IPNetwork.Parse("127.0.0.10/32")).Count().Drop());
        });
        _space.TryShell("ping -c 2 -i 0.1 -W 1 127.0.0.9; ping -c 1 -W 1 127.0.0.10");
        Assert.Equal(3, With(socket => new NftTables(socket, IpFamily.V4).CountPackets("t"))["output"]);
        Assert.Empty(With(socket => new NftTables(socket, IpFamily.V4).CountPackets("absent")));
    }

    [Fact]
    public void A_transaction_of_thousands_of_rules_is_taken()
    {
        Commit(batch =>
        {
            batch.PutTable("t", "c");
            batch.AddChain("t", "many");
            for (int i = 0; i < 4000; i++)
                batch.AddRule("t", "many", new NftRule(IpFamily.V4).To(new IPNetwork(new IPAddress([10, (byte)(i >> 8), (byte)i, 0]), 24)).Count().Drop());
        });
        using JsonDocument document = JsonDocument.Parse(_space.Shell("nft -j list table ip t"));
        Assert.Equal(4000, document.RootElement.GetProperty("nftables").EnumerateArray().Count(entry => entry.TryGetProperty("rule", out _)));
    }

    private void Commit(Action<NftBatch> fill) => With(socket =>
    {
        var batch = new NftBatch(IpFamily.V4);
        fill(batch);
        batch.Commit(socket, "test");
        return true;
    });

    private T With<T>(Func<NetlinkSocket, T> code) => _space.Run(() =>
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.Netfilter);
        return code(socket);
    });
}
