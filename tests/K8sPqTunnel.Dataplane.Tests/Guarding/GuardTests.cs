using System.Diagnostics;
using System.Net;
using K8sPqTunnel.Dataplane.Guarding;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Tun;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Guarding;

public sealed class GuardTests : IDisposable
{
    private static readonly TunnelPolicy Policy = new(
        "network/berlin", [IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("10.3.0.0/16")], [IPNetwork.Parse("10.2.0.0/16"), IPNetwork.Parse("192.0.2.0/24")]);

    private readonly NetworkNamespace _space = NetworkNamespace.Create();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Unguarding_leaves_the_host_as_it_was_and_other_entries_in_place()
    {
        _space.Shell("""
            ip link add eth0 type veth peer name other0; ip link set eth0 up; ip addr add 198.51.100.1/24 dev eth0
            ip route add 10.9.0.0/16 dev eth0 proto 197 table 77; ip rule add from 10.1.0.0/16 lookup 77 priority 201 protocol 197
            nft add table ip theirs '{ chain output { type filter hook output priority 0; ip daddr 10.2.0.9 counter; }; }'
            """);
        await using UserspaceDataplane other = Create(Policy with { Tunnel = "network/paris" });
        _space.Run(other.Guard);
        string before = Snapshot();

        await using UserspaceDataplane dataplane = Create(Policy);
        _space.Run(() => dataplane.UsePeers([IPAddress.Parse("192.0.2.7")], [500, 4500]));
        _space.Run(dataplane.Guard);
        string guarded = Snapshot();
        Assert.NotEqual(before, guarded);
        Assert.Contains($"{dataplane.InterfaceName}: ", guarded);

        _space.Run(dataplane.Guard);
        Assert.Equal(guarded, Snapshot());

        _space.Run(dataplane.Unguard);
        Assert.Equal(before, Snapshot());
        _space.Run(dataplane.Unguard);
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public async Task What_a_guard_made_can_be_removed_by_name_when_its_process_is_gone()
    {
        string before = Snapshot();
        UserspaceDataplane dataplane = Create(Policy);
        _space.Run(dataplane.Guard);
        await dataplane.DisposeAsync();

        Assert.Equal(["network/berlin"], _space.Run(GuardedTunnels.List));
        Assert.Contains("unreachable 10.2.0.0/16", Snapshot());
        _space.Run(() => GuardedTunnels.Remove("network/munich"));
        Assert.Equal(["network/berlin"], _space.Run(GuardedTunnels.List));
        _space.Run(() => GuardedTunnels.Remove("network/berlin"));
        Assert.Equal(before, Snapshot());
        Assert.Empty(_space.Run(GuardedTunnels.List));
    }

    [Fact]
    public async Task A_guard_is_ours_only_where_none_stood_before_however_long_the_tunnels_name()
    {
        TunnelPolicy policy = Policy with { Tunnel = $"network/{new string('b', 250)}" };
        UserspaceDataplane first = Create(policy);
        _space.Run(first.Guard);
        Assert.True(first.GuardIsOurs);
        Assert.True(_space.Run(() => GuardedTunnels.IsServed(policy.Tunnel)));

        UserspaceDataplane rival = Create(policy);
        Assert.Throws<TunException>(() => _space.Run(rival.Guard));
        Assert.False(rival.GuardIsOurs);

        await first.EndAsync(_space, policy.Tunnel);
        await using UserspaceDataplane heir = Create(policy);
        _space.Run(heir.Guard);
        Assert.False(heir.GuardIsOurs);
        _space.Run(heir.Unguard);
    }

    [Fact]
    public async Task A_new_process_takes_over_and_drops_what_the_policy_no_longer_names()
    {
        UserspaceDataplane first = Create(Policy);
        _space.Run(() => first.UsePeers([IPAddress.Parse("192.0.2.7")], [500, 4500]));
        _space.Run(first.Guard);
        await first.EndAsync(_space, Policy.Tunnel);

        TunnelPolicy changed = Policy with { Local = [IPNetwork.Parse("10.4.0.0/16")], Remote = [IPNetwork.Parse("10.2.0.0/16")] };
        await using UserspaceDataplane second = Create(changed);
        _space.Run(second.Guard);
        string takenOver = Snapshot();
        _space.Run(second.Unguard);

        await using UserspaceDataplane fresh = Create(changed);
        _space.Run(fresh.Guard);
        Assert.Equal(Snapshot(), takenOver);
    }

    [Fact]
    public void The_guard_survives_a_killed_process()
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Add(typeof(GuardTests).Assembly.Location);
        foreach (string argument in new[] { "-noLogo", "-parallel", "none", "-explicit", "only", "-method", $"{typeof(GuardTests).FullName}.{nameof(Holder)}" })
            start.ArgumentList.Add(argument);
        using Process process = _space.Run(() => Process.Start(start)!);
        var names = new TunnelNames(Policy.Tunnel);
        try
        {
            while (!_space.TryShell($"ip route show table {names.Table}").Output.Contains($"dev {names.Interface}"))
                Assert.False(process.WaitForExit(50), "the holder ended by itself");
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }

        string left = Snapshot();
        Assert.DoesNotContain($"{names.Interface}: <", left);
        Assert.Contains("unreachable 10.2.0.0/16", left);
        Assert.Contains($"from 10.1.0.0/16 lookup {names.Table} proto 197", left);
        Assert.Contains($"table ip {names.NftTable}", left);
        _space.Run(() => GuardedTunnels.Remove(Policy.Tunnel));
        Assert.DoesNotContain("197", _space.Shell("ip rule; nft list ruleset"));
    }

    [Fact]
    public void A_second_process_with_the_same_tunnel_is_told_so() => Assert.Contains("in use: another daemon runs this tunnel", Assert.Throws<TunException>(() =>
        _space.Run(() =>
        {
            UserspaceDataplane first = Create(Policy);
            first.Guard();
            Create(Policy).Guard();
        })).Message);

    /// <summary>Not a test: the process that <see cref="The_guard_survives_a_killed_process"/> kills.</summary>
    [Fact(Explicit = true)]
    public void Holder()
    {
        Create(Policy).Guard();
        Thread.Sleep(Timeout.Infinite);
    }

    private static UserspaceDataplane Create(TunnelPolicy policy) => new(policy, new NoTransport(), new EspSpiPool(new SystemRandomSource()));

    /// <summary>Links, routes of all tables, rules and nftables, without what changes by itself.</summary>
    private string Snapshot() => _space.Shell(
        "ip -o link | sed 's/^[0-9]*: //; s/qdisc.*//'; ip route show table all | grep -v fe80 | grep -v ff00; ip -N rule; nft list tables | sort | while read table; do nft list $table; done | sed 's/packets [0-9]* bytes [0-9]*//'");
}
