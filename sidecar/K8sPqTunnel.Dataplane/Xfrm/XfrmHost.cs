using System.Collections.Concurrent;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>The kernel's XFRM of one network namespace, shared by all of its tunnels: one socket for requests, one for what the kernel tells.</summary>
/// <remarks>For the network namespace of the thread that makes it. Safe from several threads.</remarks>
public sealed class XfrmHost : IDisposable
{
    private readonly NetlinkSocket _requests = new(NetlinkProtocol.Xfrm);
    private readonly NetlinkSocket _routing = new(NetlinkProtocol.Route);
    private readonly NetlinkSocket _netfilter = new(NetlinkProtocol.Netfilter);
    private readonly ConcurrentDictionary<uint, Action<XfrmEvent>> _listeners = new();
    private readonly ConcurrentDictionary<uint, Func<IReadOnlyDictionary<string, long>>> _counted = new();
    private readonly IReadOnlyDictionary<string, long> _before = XfrmStatistics.Read();
    private readonly XfrmMonitor _monitor;

    /// <exception cref="NetlinkException">The kernel has no XFRM.</exception>
    public XfrmHost(IRandomSource random)
    {
        Spis = new EspSpiPool(random);
        States = new XfrmStates(_requests);
        Policies = new XfrmPolicies(_requests);
        _monitor = new XfrmMonitor(Dispatch);
    }

    /// <summary>Held during every use of what follows.</summary>
    internal Lock Gate { get; } = new();

    internal EspSpiPool Spis { get; }

    internal XfrmStates States { get; }

    internal XfrmPolicies Policies { get; }

    internal NetlinkSocket Routing => _routing;

    internal NetlinkSocket Netfilter => _netfilter;

    /// <summary>
    /// What the kernel's XFRM dropped in this network namespace since this was made, by its own names, without what each tunnel counts
    /// for itself. Others' states and policies count too.
    /// </summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public IReadOnlyDictionary<string, long> ReadDrops()
    {
        Dictionary<string, long> drops = XfrmStatistics.Read().ToDictionary(
            count => count.Key, count => count.Value - _before.GetValueOrDefault(count.Key), StringComparer.Ordinal);
        lock (Gate)
        {
            foreach ((string reason, long count) in _counted.Values.SelectMany(read => read()))
            {
                if (drops.TryGetValue(reason, out long all))
                    drops[reason] = Math.Max(0, all - count);
            }
        }
        return drops;
    }

    /// <summary>Ends when everything that uses it has been disposed.</summary>
    public void Dispose()
    {
        _monitor.Dispose();
        _requests.Dispose();
        _routing.Dispose();
        _netfilter.Dispose();
    }

    /// <exception cref="InvalidOperationException">Another tunnel has the same reqid.</exception>
    /// <param name="drops">Reads what its own states have dropped, under the gate.</param>
    internal void Listen(uint reqid, Action<XfrmEvent> told, Func<IReadOnlyDictionary<string, long>> drops)
    {
        if (!_listeners.TryAdd(reqid, told))
            throw new InvalidOperationException($"two tunnels of this host want the same XFRM reqid {reqid}: give one of them another name");
        _counted[reqid] = drops;
    }

    internal void Leave(uint reqid)
    {
        _listeners.TryRemove(reqid, out _);
        _counted.TryRemove(reqid, out _);
    }

    private void Dispatch(XfrmEvent told)
    {
        if (told is XfrmEvent.Overrun)
        {
            foreach (Action<XfrmEvent> listener in _listeners.Values)
                listener(told);
        }
        else if (_listeners.TryGetValue(told.Reqid, out Action<XfrmEvent>? listener))
        {
            listener(told);
        }
    }
}
