using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>A tunnel's child SAs and their states in the kernel.</summary>
/// <remarks>Under the host's gate.</remarks>
internal sealed class XfrmChildren(XfrmStates kernel, uint reqid)
{
    private const string Replayed = "XfrmInStateSeqError";
    private const string NotAuthentic = "XfrmInStateProtoError";

    /// <summary>Newest last.</summary>
    private readonly List<XfrmChild> _children = [];
    private readonly Dictionary<EspSpi, XfrmStateId> _reserved = [];
    private (XfrmUsage Inbound, XfrmUsage Outbound) _gone = (XfrmUsage.None, XfrmUsage.None);

    /// <summary>Their policies; of two SAs for the same packets the newer one sends.</summary>
    public IEnumerable<XfrmPolicy> Policies(XfrmPolicyPlan plan) => _children.SelectMany(child => plan.Inbound(child.Selectors, child.Path))
        .Concat(_children.Where(child => child.IsOutboundInstalled)
            .SelectMany(child => plan.Outbound(child.Selectors, child.Path, child.Sa.OutboundSpi.Value)));

    /// <summary>Some SA sends.</summary>
    public bool HasOutbound => _children.Exists(child => child.IsOutboundInstalled);

    public XfrmChild? Find(EspSpi inbound) => _children.Find(child => child.Sa.InboundSpi == inbound);

    /// <param name="id">Of either half.</param>
    public XfrmChild? Find(XfrmStateId id) => _children.Find(child => IsSame(child.InboundId, id) || IsSame(child.OutboundId, id));

    /// <summary>Takes the SPI in the kernel, where the way outside is known; otherwise its state will show whether it is free.</summary>
    /// <returns>False where somebody has it.</returns>
    public bool TryReserve(EspSpi spi, XfrmOuterPath? outer)
    {
        if (outer is null)
            return true;
        if (!kernel.TryAllocate(outer.Peer, outer.Local, reqid, spi.Value))
            return false;
        _reserved[spi] = new XfrmStateId(outer.Peer, outer.Local, spi.Value);
        return true;
    }

    public void GiveBack(EspSpi spi)
    {
        if (_reserved.Remove(spi, out XfrmStateId? larval))
            kernel.Remove(larval);
    }

    /// <param name="tellsFirst">The kernel shall tell of the first packet.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void AddInbound(XfrmChild child, bool tellsFirst)
    {
        XfrmState state = child.Inbound(tellsFirst);
        bool isReserved = _reserved.Remove(child.Sa.InboundSpi, out XfrmStateId? larval);
        if (isReserved && !larval!.Destination.Equals(state.Destination))
        {
            kernel.Remove(larval);
            isReserved = false;
        }
        Install(child, state, wanted =>
        {
            // The kernel forgets a reserved SPI after half a minute.
            if (!isReserved || !kernel.TryComplete(wanted))
                kernel.Add(wanted);
        });
        _children.Add(child);
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void AddOutbound(EspSpi inbound)
    {
        XfrmChild child = Find(inbound) ?? throw new InvalidOperationException($"the inbound half of ESP SA {inbound} was not installed");
        Install(child, child.Outbound(), wanted =>
        {
            try
            {
                kernel.Add(wanted);
            }
            catch (NetlinkException refused) when (refused.ErrorNumber == Errno.Invalid && wanted.HasExtendedSequence)
            {
                kernel.Add(XfrmChild.WithoutDirection(wanted));
            }
        });
        child.IsOutboundInstalled = true;
    }

    /// <summary>Puts a state into the kernel, and where a card is asked and does not take it, without that or not at all.</summary>
    private void Install(XfrmChild child, XfrmState state, Action<XfrmState> put)
    {
        if (state.Offload is null || child.Card is not { Name: var card })
        {
            put(state);
            return;
        }
        try
        {
            put(state);
            // A card without ESP is no error to the kernel: the state is there, and says nothing of the card.
            if (kernel.Find(state.Id)?.Offload is not null)
                return;
            child.WhyNotOffloaded = $"{card} has no ESP offload (see ethtool -k {card}: esp-hw-offload)";
            if (!child.DemandsCard)
                return;
            kernel.Remove(state.Id);
        }
        catch (NetlinkException refused)
        {
            // Some cards' drivers, and kernels, take no ESP in UDP, or not each cipher.
            child.WhyNotOffloaded = refused.Message;
            if (!child.DemandsCard)
            {
                put(state with { Offload = null });
                return;
            }
        }
        throw new NetlinkException($"have {card} encrypt ESP, as spec.child.hardwareOffload: Required demands", Errno.NotSupported, child.WhyNotOffloaded);
    }

    /// <summary>Gives both states another path, with their keys and sequence numbers.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Move(EspSpi inbound, PeerPath path)
    {
        if (Find(inbound) is not { } child || child.Path == path)
            return;
        (XfrmStateId fromPeer, XfrmStateId toPeer) = (child.InboundId, child.OutboundId);
        Retire(child);
        child.Path = path;
        bool inUdp = child.Sa.UdpEncapsulation;
        kernel.Move(fromPeer, child.InboundId, inUdp ? new XfrmEncapsulation((ushort)path.Remote.Port, (ushort)path.Local.Port) : null);
        if (child.IsOutboundInstalled)
            kernel.Move(toPeer, child.OutboundId, inUdp ? new XfrmEncapsulation((ushort)path.Local.Port, (ushort)path.Remote.Port) : null);
    }

    /// <summary>The first packet came: from now on the state's own limits count.</summary>
    /// <returns>False where it was not the first.</returns>
    public bool TryUse(XfrmChild child)
    {
        if (child.IsUsed)
            return false;
        child.IsUsed = true;
        using ChildSaKeys none = child.NoKeys();
        try
        {
            kernel.TryComplete(child.InboundLimits(none));
        }
        catch (NetlinkException)
        {
            // Then its coming end is not told, as where a message of the kernel is lost; the end itself, which the outbound half tells too, holds.
        }
        return true;
    }

    public XfrmChild? Take(EspSpi inbound)
    {
        XfrmChild? child = Find(inbound);
        if (child is not null)
            _children.Remove(child);
        return child;
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void RemoveStates(XfrmChild child)
    {
        Retire(child);
        kernel.Remove(child.InboundId);
        if (child.IsOutboundInstalled)
            kernel.Remove(child.OutboundId);
    }

    /// <summary>Removes all states of the tunnel, of earlier processes too.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void RemoveAll()
    {
        _children.Clear();
        _reserved.Clear();
        foreach (XfrmState state in kernel.List().Where(state => state.Reqid == reqid))
            kernel.Remove(state.Id);
    }

    /// <summary>Removes the tunnel's states that earlier processes made.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void RemoveStrangers()
    {
        // A state without an SPI stands for a packet that waits; the kernel takes it away by itself.
        foreach (XfrmState state in kernel.List().Where(state => state.Reqid == reqid && state.Spi != 0 && Find(state.Id) is null))
        {
            if (!_reserved.ContainsKey(new EspSpi(state.Spi)))
                kernel.Remove(state.Id);
        }
    }

    /// <summary>What may have been told unheard: who has had the first packet, and whose states are at their limits or gone.</summary>
    public (List<EspSpi> Used, List<EspSpi> Spent) CatchUp(bool tellsFirst)
    {
        List<EspSpi> used = [], spent = [];
        foreach (XfrmChild child in _children)
        {
            XfrmUsage? inbound = kernel.Find(child.InboundId)?.Usage;
            XfrmUsage? outbound = child.IsOutboundInstalled ? kernel.Find(child.OutboundId)?.Usage : XfrmUsage.None;
            if (tellsFirst && inbound?.Packets > 0 && TryUse(child))
                used.Add(child.Sa.InboundSpi);
            if (inbound is null || outbound is null || child.IsNearLimit(inbound) || child.IsNearLimit(outbound))
                spent.Add(child.Sa.InboundSpi);
        }
        return (used, spent);
    }

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public DataplaneCounters ReadCounters()
    {
        (XfrmUsage inbound, XfrmUsage outbound) = _gone;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Dictionary<EspSpi, ChildActivity> activity = [];
        foreach (XfrmChild child in _children)
        {
            (XfrmUsage received, XfrmUsage sent) = UsageOf(child);
            (inbound, outbound) = (inbound.Plus(received), outbound.Plus(sent));
            activity[child.Sa.InboundSpi] = new ChildActivity(child.Received.Of(received, now), child.Sent.Of(sent, now));
        }
        return new DataplaneCounters(
            (long)inbound.Packets, (long)inbound.Octets, (long)outbound.Packets, (long)outbound.Octets,
            new Dictionary<string, long>(StringComparer.Ordinal)
            {
                [Replayed] = inbound.Replayed + (long)inbound.OutsideWindow,
                [NotAuthentic] = inbound.NotAuthentic,
            })
        {
            Activity = activity,
        };
    }

    /// <summary>How long ago the last packet came; null for never. The kernel counts in whole seconds.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public TimeSpan? SilenceOf(EspSpi inbound)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        if (Find(inbound) is not { } child || kernel.Find(child.InboundId) is not { } state || child.Received.Of(state.Usage, now) is not { } last)
            return null;
        // Where the clock was set back since, the time says nothing.
        return last <= now ? now - last : null;
    }

    /// <summary>RFC 4301 4.1: what tells an SA from others; the kernel's may have a mark besides.</summary>
    private static bool IsSame(XfrmStateId left, XfrmStateId right) => left.Spi == right.Spi && left.Destination.Equals(right.Destination);

    private void Retire(XfrmChild child)
    {
        (XfrmUsage received, XfrmUsage sent) = UsageOf(child);
        _gone = (_gone.Inbound.Plus(received), _gone.Outbound.Plus(sent));
    }

    private (XfrmUsage Inbound, XfrmUsage Outbound) UsageOf(XfrmChild child) => (
        kernel.Find(child.InboundId)?.Usage ?? XfrmUsage.None,
        child.IsOutboundInstalled ? kernel.Find(child.OutboundId)?.Usage ?? XfrmUsage.None : XfrmUsage.None);
}
