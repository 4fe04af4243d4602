using K8sPqTunnel.Dataplane.Netlink.Xfrm;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>What an earlier process of a tunnel left in the kernel: it carries the traffic on until this process's SAs do.</summary>
/// <remarks>Under the host's gate, but for the end of the grace time, which takes it.</remarks>
/// <param name="grace">How long the old SAs receive after the first new one sends.</param>
/// <param name="ended">Told when they are to go, without the gate.</param>
internal sealed class XfrmInheritance(TimeSpan grace, TimeProvider time, Action ended) : IDisposable
{
    private ITimer? _grace;

    /// <summary>Policies of the old SAs, for traffic that still is configured.</summary>
    public IReadOnlyList<XfrmPolicy> Policies { get; private set; } = [];

    /// <summary>Some of our traffic still goes out by them.</summary>
    public bool Sends => Policies.Any(policy => policy.Direction == XfrmPolicyDirection.Out);

    /// <summary>Takes over what stands.</summary>
    public void Begin(IReadOnlyList<XfrmPolicy> policies) => Policies = policies;

    /// <summary>A new SA sends from here on: of the old ones' policies those outward go that it stands for. The peer may use the old SAs a little longer.</summary>
    public void GiveWay(IReadOnlyList<XfrmSelector> outbound)
    {
        Policies = [.. Policies.Where(policy => policy.Direction != XfrmPolicyDirection.Out || !outbound.Any(selector => selector.Covers(policy.Selector)))];
        _grace ??= time.CreateTimer(_ => ended(), null, grace, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Nothing of it counts any more.</summary>
    public void End() => Policies = [];

    public void Dispose() => _grace?.Dispose();
}
