using System.Net;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Dataplane.Xfrm;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Tests.Xfrm;

public sealed class XfrmPolicyPlanTests
{
    private const uint Reqid = 0x80000007;
    private static readonly XfrmMark Mark = new(0x100, 0xff00);
    private static readonly IPAddress Left = IPAddress.Parse("192.0.2.1"), Right = IPAddress.Parse("192.0.2.2");
    private static readonly XfrmSelector Selector = new(IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("10.2.0.0/16"));
    private static readonly IPAddress Own = IPAddress.Parse("fd00:1::1");
    private static readonly PeerPath Path = new(new IPEndPoint(Left, 4500), new IPEndPoint(Right, 4500));

    [Fact]
    public void While_nobody_knows_the_peer_every_direction_is_blocked() => Assert.Equal(
        [
            (XfrmPolicyDirection.Out, Selector, XfrmAction.Block),
            (XfrmPolicyDirection.In, Selector.Reverse, XfrmAction.Block),
            (XfrmPolicyDirection.Forward, Selector.Reverse, XfrmAction.Block),
        ],
        Shape(null));

    [Fact]
    public void Outward_a_policy_whose_template_has_no_state_blocks_too_and_tells_of_it() => Assert.Equal(
        [
            (XfrmPolicyDirection.Out, Selector, XfrmAction.Allow),
            (XfrmPolicyDirection.In, Selector.Reverse, XfrmAction.Block),
            (XfrmPolicyDirection.Forward, Selector.Reverse, XfrmAction.Block),
        ],
        Shape((Left, Right)));

    [Fact]
    public void Every_policy_of_a_marked_tunnel_has_the_mark()
    {
        XfrmPolicyPlan plan = Plan(Mark);
        XfrmPolicy[] all =
        [
            .. plan.Blocking(null), .. plan.Blocking((Left, Right)), .. plan.Inbound([Selector], Path), .. plan.Outbound([Selector], Path, 0x1000),
            .. PlanOfIpv6("fd00:2::/64", Mark).Neighbours([Own]),
        ];
        Assert.Equal(3 + 3 + 2 + 1 + 4, all.Length);
        Assert.All(all, policy => Assert.Equal(Mark, policy.Mark));
        Assert.All(all, policy => Assert.True(plan.IsOurs(policy)));
    }

    [Fact]
    public void Tunnels_with_other_marks_have_other_policies_between_the_same_networks() => Assert.Empty(
        Plan(Mark).Blocking(null).Select(policy => policy.Key).Intersect(Plan(new XfrmMark(0x200, 0xff00)).Blocking(null).Select(policy => policy.Key)));

    [Fact]
    public void Tunnels_of_one_local_network_each_let_neighbours_find_each_other_towards_their_own_remote_network()
    {
        XfrmPolicy[] one = [.. PlanOfIpv6("fd00:2::/64").Neighbours([Own])], other = [.. PlanOfIpv6("fd00:3::/64").Neighbours([Own])];
        Assert.Equal([XfrmPolicyDirection.Out, XfrmPolicyDirection.In, XfrmPolicyDirection.Out, XfrmPolicyDirection.In], one.Select(policy => policy.Direction));
        Assert.All(one, policy => Assert.Equal(
            IPNetwork.Parse("fd00:2::/64"), policy.Direction == XfrmPolicyDirection.Out ? policy.Selector.Destination : policy.Selector.Source));
        Assert.Empty(one.Select(policy => policy.Key).Intersect(other.Select(policy => policy.Key)));
        Assert.Empty(PlanOfIpv6("fd00:2::/64").Neighbours([IPAddress.Parse("fd00:9::1")]));
    }

    [Fact]
    public void What_an_earlier_process_left_goes_on_only_with_the_mark_that_is_configured_now()
    {
        XfrmPolicy left = Assert.Single(Plan(Mark).Outbound([Selector], Path, 0x1000));
        Assert.True(Plan(Mark).IsInherited(left));
        foreach (XfrmMark? other in (XfrmMark?[])[null, new XfrmMark(0x100, 0xffff), new XfrmMark(0x200, 0xff00)])
        {
            Assert.True(Plan(other).IsOurs(left));
            Assert.False(Plan(other).IsInherited(left));
        }
    }

    private static IEnumerable<(XfrmPolicyDirection Direction, XfrmSelector Selector, XfrmAction Action)> Shape((IPAddress Local, IPAddress Peer)? trap)
    {
        List<XfrmPolicy> policies = [.. Plan(mark: null).Blocking(trap)];
        // Without a template no packet would be refused by it, and it would not be known as ours.
        Assert.All(policies, policy => Assert.Equal(Reqid, policy.Template!.Reqid));
        return policies.Select(policy => (policy.Direction, policy.Selector, policy.Action));
    }

    private static XfrmPolicyPlan PlanOfIpv6(string remote, XfrmMark? mark = null) =>
        new(Reqid, [new XfrmSelector(IPNetwork.Parse("fd00:1::/64"), IPNetwork.Parse(remote))], mark: mark);

    private static XfrmPolicyPlan Plan(XfrmMark? mark) => new(Reqid, [Selector], mark: mark);
}
