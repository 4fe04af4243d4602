using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.Netlink.Xfrm;

/// <summary>What any kernel with XFRM does, with ESP or without.</summary>
public sealed class KernelXfrmTests : IDisposable
{
    private static readonly XfrmSelector ToNeighbour = new(IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("192.0.2.2/32"));
    private readonly NetworkNamespace _space = NetworkNamespace.Create();
    private readonly NetlinkSocket _socket;
    private readonly XfrmPolicies _policies;
    private readonly XfrmStates _states;

    public KernelXfrmTests()
    {
        _socket = _space.Run(() => new NetlinkSocket(NetlinkProtocol.Xfrm));
        _policies = new XfrmPolicies(_socket);
        _states = new XfrmStates(_socket);
    }

    [Fact]
    public void The_kernel_gives_policies_back_as_they_were_put_up()
    {
        XfrmPolicy ports = XfrmSamples.Out with
        {
            Selector = new XfrmSelector(
                IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("10.2.0.0/16"), 6, new XfrmPort(0x400, 0xfc00), new XfrmPort(443, 0xffff)),
            InterfaceId = 0,
        };
        XfrmPolicy ipv6 = XfrmSamples.Out with { Selector = new XfrmSelector(IPNetwork.Parse("fd00:1::/48"), IPNetwork.Parse("::/0")) };
        XfrmPolicy blocking = XfrmSamples.Out with { Direction = XfrmPolicyDirection.Forward, Action = XfrmAction.Block, Mark = new XfrmMark(3, 7) };
        XfrmPolicy[] wanted = Socket.OSSupportsIPv6 ? [XfrmSamples.Out, ports, blocking, ipv6] : [XfrmSamples.Out, ports, blocking];
        foreach (XfrmPolicy policy in wanted)
            _policies.Put(policy);
        Assert.Equal(wanted.ToHashSet(), _policies.List().ToHashSet());
        Assert.Equal(ports, _policies.Find(ports));

        _policies.Remove(ports);
        _policies.Remove(ports);
        Assert.Null(_policies.Find(ports));
        Assert.Equal(wanted.Length - 1, _policies.List().Count);
    }

    [Fact]
    public void Putting_up_a_policy_takes_the_place_of_the_one_before()
    {
        _policies.Put(XfrmSamples.Out);
        XfrmPolicy next = XfrmSamples.Out with { Template = XfrmSamples.Outbound with { Spi = 0x1234 }, Priority = 7 };
        _policies.Put(next);
        Assert.Equal(next, Assert.Single(_policies.List()));
        NetlinkException refused = Assert.Throws<NetlinkException>(() => _policies.Add(next));
        Assert.Equal(17, refused.ErrorNumber);
    }

    [Fact]
    public void A_policy_with_a_mark_is_another_one()
    {
        XfrmPolicy marked = XfrmSamples.Out with { Mark = new XfrmMark(1, 1) };
        _policies.Put(XfrmSamples.Out);
        _policies.Put(marked);
        _policies.Remove(XfrmSamples.Out);
        Assert.Equal(marked, Assert.Single(_policies.List()));
    }

    [Fact]
    public void An_SPI_is_taken_once()
    {
        Assert.True(_states.TryAllocate(XfrmSamples.Right, XfrmSamples.Left, 7, 0xc0001234));
        Assert.False(_states.TryAllocate(XfrmSamples.Right, XfrmSamples.Left, 8, 0xc0001234));
        XfrmState larval = Assert.Single(_states.List(), state => state.Spi != 0);
        Assert.Equal((0xc0001234u, 7u), (larval.Spi, larval.Reqid));
        Assert.Equal(XfrmSamples.Left, _states.Find(larval.Id)!.Destination);
        _states.Remove(larval.Id);
        _states.Remove(larval.Id);
        Assert.Null(_states.Find(larval.Id));
    }

    [Fact]
    public void A_state_whose_SPI_nobody_took_is_not_completed() =>
        Assert.ThrowsAny<NetlinkException>(() => Assert.False(_states.TryComplete(XfrmSamples.Gcm256 with { Aead = null })));

    [Fact]
    public void The_kernels_own_words_come_with_a_refusal()
    {
        XfrmState unknown = XfrmSamples.Gcm256 with { Aead = XfrmAlgorithm.WithKey("rot13", 128, XfrmSamples.Key(36)) };
        NetlinkException refused = Assert.Throws<NetlinkException>(() => _states.Add(unknown));
        Assert.Contains("Requested AEAD algorithm not found", refused.Message);
        Assert.Contains("ESP state c1234567 from 192.0.2.1 to 198.51.100.2", refused.Message);
    }

    [Fact]
    public void The_default_policy_is_set_and_read()
    {
        var wanted = new XfrmDefaults(XfrmDefaultAction.Block, XfrmDefaultAction.Accept, XfrmDefaultAction.Block);
        wanted.Set(_socket);
        Assert.Equal(wanted, XfrmDefaults.Get(_socket));
    }

    [Fact]
    public async Task A_packet_that_finds_no_state_makes_the_kernel_ask_for_one()
    {
        var told = new ConcurrentQueue<XfrmEvent>();
        using XfrmMonitor monitor = _space.Run(() => new XfrmMonitor(told.Enqueue));
        _policies.Put(new XfrmPolicy(
            ToNeighbour, XfrmPolicyDirection.Out, XfrmAction.Allow, 1, new XfrmTemplate(XfrmSamples.Left, XfrmSamples.Right, 0x80000001)));
        PingNeighbour();
        await Eventually.IsTrue(() => told.OfType<XfrmEvent.Acquire>().Any());
        XfrmEvent.Acquire acquire = told.OfType<XfrmEvent.Acquire>().First();
        Assert.Equal(0x80000001u, acquire.Reqid);
        Assert.Equal(IPNetwork.Parse("192.0.2.2/32"), acquire.Selector!.Destination);
    }

    [Fact]
    public async Task The_end_of_a_taken_SPI_is_told()
    {
        var told = new ConcurrentQueue<XfrmEvent>();
        using XfrmMonitor monitor = _space.Run(() => new XfrmMonitor(told.Enqueue));
        _space.Shell("echo 1 > /proc/sys/net/core/xfrm_acq_expires");
        Assert.True(_states.TryAllocate(XfrmSamples.Right, XfrmSamples.Left, 9, 0xc0001234));
        await Eventually.IsTrue(() => !told.IsEmpty);
        XfrmEvent.Expire expired = Assert.IsType<XfrmEvent.Expire>(told.First());
        Assert.Equal((9u, 0xc0001234u, true), (expired.Reqid, expired.State.Spi, expired.IsHard));
    }

    [Fact]
    public void A_blocking_policy_blocks_though_it_has_a_template()
    {
        Assert.DoesNotContain("not permitted", PingNeighbour());
        XfrmPolicy blocking = new(
            ToNeighbour, XfrmPolicyDirection.Out, XfrmAction.Block, 1, new XfrmTemplate(IPAddress.Any, IPAddress.Any, 0x80000001));
        _policies.Put(blocking);
        Assert.Contains("not permitted", PingNeighbour());
        _policies.Remove(_policies.List().Single(policy => policy.Template?.Reqid == 0x80000001));
        Assert.DoesNotContain("not permitted", PingNeighbour());
    }

    /// <summary>Loopback itself is exempt from XFRM, so the way there is an interface; nobody answers.</summary>
    private string PingNeighbour()
    {
        if (_space.TryShell("ip link show wan0").Status != 0)
            _space.Shell("ip link add wan0 type veth peer name wan1; ip addr add 192.0.2.1/24 dev wan0; ip link set wan0 up; ip link set wan1 up; ip route add 198.51.100.0/24 dev wan0");
        return _space.TryShell("ping -c 1 -W 0.1 192.0.2.2").Output;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _space.Dispose();
    }
}
