namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>What happens to some packets. The kernel knows a policy by selector, direction, mark and if_id: a second one takes its place.</summary>
/// <param name="Priority">Of several that fit, the one with the lowest is asked.</param>
/// <param name="Template">Null lets pass in clear, or blocks. A blocking policy's is never used: it says whose the policy is.</param>
/// <param name="InterfaceId">if_id; 0 for none.</param>
/// <param name="Flags">0x02 (XFRM_POLICY_ICMP): ICMP errors about its packets belong to it too.</param>
internal sealed record XfrmPolicy(
    XfrmSelector Selector,
    XfrmPolicyDirection Direction,
    XfrmAction Action,
    uint Priority,
    XfrmTemplate? Template = null,
    uint InterfaceId = 0,
    XfrmMark? Mark = null,
    byte Flags = 0)
{
    /// <summary>What tells it from all others.</summary>
    public (XfrmSelector Selector, XfrmPolicyDirection Direction, uint InterfaceId, XfrmMark? Mark) Key => (Selector, Direction, InterfaceId, Mark);

    public override string ToString() => $"{Action.ToString().ToLowerInvariant()} policy {Direction.ToString().ToLowerInvariant()} {Selector}";
}
