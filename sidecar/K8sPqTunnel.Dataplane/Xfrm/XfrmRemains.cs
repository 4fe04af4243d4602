using K8sPqTunnel.Dataplane.Guarding;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>A tunnel's policies and states in the kernel, found by its reqid alone, and its xfrm interface.</summary>
internal static class XfrmRemains
{
    /// <summary>Removes what any process made, and nothing else; a kernel without XFRM has none.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static void Remove(TunnelNames names)
    {
        XfrmInterface.Remove(names);
        try
        {
            using var socket = new NetlinkSocket(NetlinkProtocol.Xfrm);
            Remove(new XfrmPolicies(socket), new XfrmStates(socket), names.Reqid);
        }
        catch (NetlinkException without) when (without.ErrorNumber == Errno.ProtocolNotSupported)
        {
            // Nothing can be there.
        }
    }

    private static void Remove(XfrmPolicies policies, XfrmStates states, uint reqid)
    {
        // The passing ones first: what is left for a moment blocks.
        foreach (XfrmPolicy policy in policies.List().Where(new XfrmPolicyPlan(reqid, []).IsOurs).OrderBy(policy => policy.Priority))
            policies.Remove(policy);
        foreach (XfrmState state in states.List().Where(state => state.Reqid == reqid))
            states.Remove(state.Id);
    }
}
