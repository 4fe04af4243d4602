using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>A tunnel's policies as they stand in the kernel, and the way from there to others: only the difference is touched.</summary>
/// <remarks>Under the host's gate.</remarks>
internal sealed class XfrmPolicySet(XfrmPolicies kernel, XfrmPolicyPlan plan)
{
    private readonly Dictionary<object, XfrmPolicy> _standing = [];

    public bool IsEmpty => _standing.Count == 0;

    /// <summary>Takes over what an earlier process left.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Adopt()
    {
        _standing.Clear();
        foreach (XfrmPolicy policy in kernel.List().Where(plan.IsOurs))
            _standing[policy.Key] = policy;
    }

    /// <summary>Those of an earlier process's SAs whose traffic still is configured.</summary>
    public IReadOnlyList<XfrmPolicy> Inherited() => [.. _standing.Values.Where(plan.IsInherited)];

    /// <summary>First puts up what is missing or other, then removes what is too much: at no moment is there less than both have.</summary>
    /// <param name="wanted">Of those that the kernel cannot tell apart the last one counts.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Become(IReadOnlyList<XfrmPolicy> wanted)
    {
        Dictionary<object, XfrmPolicy> next = [];
        foreach (XfrmPolicy policy in wanted)
            next[policy.Key] = policy;
        foreach ((object key, XfrmPolicy policy) in next)
        {
            if (_standing.TryGetValue(key, out XfrmPolicy? present) && present == policy)
                continue;
            kernel.Put(policy);
            _standing[key] = policy;
        }
        foreach ((object key, XfrmPolicy policy) in _standing.Where(present => !next.ContainsKey(present.Key)).ToList())
        {
            kernel.Remove(policy);
            _standing.Remove(key);
        }
    }
}
