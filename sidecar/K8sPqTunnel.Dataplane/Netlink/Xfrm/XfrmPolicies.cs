using K8sPqTunnel.Dataplane.Interop;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>The kernel's policies.</summary>
internal sealed class XfrmPolicies(NetlinkSocket socket)
{
    /// <summary>Adds it, or takes the place of the one that the kernel cannot tell from it: at no moment is there none.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Put(XfrmPolicy policy) => Put("put up", XfrmMessage.UpdatePolicy, policy);

    /// <exception cref="NetlinkException">The kernel refused; one that it cannot tell from this is there already, perhaps.</exception>
    public void Add(XfrmPolicy policy) => Put("add", XfrmMessage.NewPolicy, policy);

    /// <summary>That it is gone already is no fault.</summary>
    public void Remove(XfrmPolicy policy)
    {
        Span<byte> body = stackalloc byte[XfrmPolicyFormat.IdLength];
        XfrmPolicyFormat.WriteId(policy, body);
        socket.Execute($"remove {policy}", XfrmMessage.DeletePolicy, NetlinkFlags.None, body,
            writer => XfrmPolicyFormat.WriteIdAttributes(policy, writer), tolerated: Errno.NoEntry);
    }

    /// <summary>The one that stands where <paramref name="policy"/> would; null where there is none.</summary>
    public XfrmPolicy? Find(XfrmPolicy policy)
    {
        XfrmPolicy? found = null;
        Span<byte> body = stackalloc byte[XfrmPolicyFormat.IdLength];
        XfrmPolicyFormat.WriteId(policy, body);
        try
        {
            socket.Get($"find {policy}", XfrmMessage.GetPolicy, body, writer => XfrmPolicyFormat.WriteIdAttributes(policy, writer),
                (in NetlinkMessage message) => found = XfrmPolicyFormat.Read(message));
            return found;
        }
        catch (NetlinkException absent) when (absent.ErrorNumber == Errno.NoEntry)
        {
            return null;
        }
    }

    /// <summary>All of them, whoever made them; without those of sockets.</summary>
    public IReadOnlyList<XfrmPolicy> List()
    {
        List<XfrmPolicy> policies = [];
        socket.Dump("list policies", XfrmMessage.GetPolicy, [], null, policies.Clear, (in NetlinkMessage message) =>
        {
            if (XfrmPolicyFormat.Read(message) is { } policy)
                policies.Add(policy);
        });
        return policies;
    }

    private void Put(string verb, ushort type, XfrmPolicy policy)
    {
        Span<byte> body = stackalloc byte[XfrmPolicyFormat.Length];
        XfrmPolicyFormat.WriteBody(policy, body);
        socket.Execute($"{verb} {policy}", type, NetlinkFlags.None, body, writer => XfrmPolicyFormat.WriteAttributes(policy, writer));
    }
}
