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

    /// <summary>Ends when everything that uses it has been disposed.</summary>
    public void Dispose()
    {
        _monitor.Dispose();
        _requests.Dispose();
        _routing.Dispose();
        _netfilter.Dispose();
    }

    /// <exception cref="InvalidOperationException">Another tunnel has the same reqid.</exception>
    internal void Listen(uint reqid, Action<XfrmEvent> told)
    {
        if (!_listeners.TryAdd(reqid, told))
            throw new InvalidOperationException($"two tunnels of this host want the same XFRM reqid {reqid}: give one of them another name");
    }

    internal void Leave(uint reqid) => _listeners.TryRemove(reqid, out _);

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
