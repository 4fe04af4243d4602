using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>A child SA in the kernel: how its states look, and which of them are there.</summary>
/// <param name="sa">Its keys are used only while they are there.</param>
/// <param name="card">Network card that shall do the cryptography; null for none.</param>
/// <param name="demandsCard">It is not installed where the card does not.</param>
/// <param name="interfaceId">if_id of the interface whose packets alone it carries; 0 for none.</param>
/// <param name="mark">That its policies ask for; null for none. The states match without it: ESP comes in with no mark.</param>
internal sealed class XfrmChild(ChildSa sa, uint reqid, LinkInfo? card, bool demandsCard = false, uint interfaceId = 0, XfrmMark? mark = null)
{
    /// <summary>
    /// Of sealed packets: without it they would keep the inner one's mark, and rules for that would lead them into the tunnel again. All bits, for
    /// the kernel looks for their route by what is left.
    /// </summary>
    private static readonly XfrmMark NoMark = new(0, uint.MaxValue);

    /// <summary>Three quarters of the numbers of 32 bits: what is left lasts while a new SA is negotiated and taken up (RFC 4303 3.3.3).</summary>
    private const ulong RenewalPoint = 0xC000_0000;

    /// <summary>So much longer than its IKE SA allows a state lives whose process is gone: a process that is there has removed it by then.</summary>
    private static readonly TimeSpan Overtime = TimeSpan.FromMinutes(1);

    public ChildSa Sa => sa;

    public LinkInfo? Card => card;

    public bool DemandsCard => demandsCard;

    /// <summary>Why the processor does the cryptography although a card was asked to, in words; null where a card does, and where none was asked.</summary>
    public string? WhyNotOffloaded { get; set; }

    /// <summary>Where its packets run now.</summary>
    public PeerPath Path { get; set; } = sa.Path;

    /// <summary>From our side to the peer's.</summary>
    public IReadOnlyList<XfrmSelector> Selectors { get; } = XfrmSelectors.Outbound(sa.LocalSelectors, sa.RemoteSelectors);

    public bool IsOutboundInstalled { get; set; }

    /// <summary>The first authentic packet has come.</summary>
    public bool IsUsed { get; set; }

    public XfrmLastUse Received { get; } = new();

    public XfrmLastUse Sent { get; } = new();

    public XfrmStateId InboundId => new(Path.Remote.Address, Path.Local.Address, sa.InboundSpi.Value);

    public XfrmStateId OutboundId => new(Path.Local.Address, Path.Remote.Address, sa.OutboundSpi.Value);

    /// <param name="tellsFirst">The kernel shall tell of the first packet; its own limits come after that.</param>
    public XfrmState Inbound(bool tellsFirst) =>
        Inbound(sa.InboundKeys, tellsFirst ? Limits with { SoftPackets = 1 } : Limits);

    private XfrmState Inbound(ChildSaKeys keys, XfrmLifetime lifetime) => (Common(InboundId, Selectors is [var only] ? only.Reverse : null) with
    {
        ReplayWindow = Window,
        Encapsulation = sa.UdpEncapsulation ? new XfrmEncapsulation((ushort)Path.Remote.Port, (ushort)Path.Local.Port) : null,
        OutputMark = mark,
        Direction = XfrmDirection.Inbound,
        Lifetime = lifetime,
        Offload = OffloadWith(XfrmOffloadFlags.Inbound),
    }).WithAlgorithms(sa.Transform, keys);

    public XfrmState Outbound() => (Common(OutboundId, Selectors is [var only] ? only : null) with
    {
        Encapsulation = sa.UdpEncapsulation ? new XfrmEncapsulation((ushort)Path.Local.Port, (ushort)Path.Remote.Port) : null,
        OutputMark = mark is null ? null : NoMark,
        Direction = XfrmDirection.Outbound,
        Lifetime = Limits with
        {
            SoftPackets = sa.Transform.ExtendedSequenceNumbers ? Limits.SoftPackets : Math.Min(Limits.SoftPackets, RenewalPoint),
        },
        Offload = OffloadWith(XfrmOffloadFlags.None),
    }).WithAlgorithms(sa.Transform, sa.OutboundKeys);

    /// <summary>The inbound state to be updated with its own limits.</summary>
    /// <param name="keys">Of the right lengths: an update needs a whole state, and takes over the limits alone.</param>
    public XfrmState InboundLimits(ChildSaKeys keys) => Inbound(keys, Limits);

    /// <summary>Zeros, where keys are asked for and not used.</summary>
    public ChildSaKeys NoKeys()
    {
        int integrity = Integrity.KeyLengthOf(sa.Transform.Integrity);
        return new ChildSaKeys(new Secret(new byte[sa.InboundKeys.Encryption.Length]), integrity == 0 ? null : new Secret(new byte[integrity]));
    }

    /// <summary>It has carried so much that its successor is wanted.</summary>
    public bool IsNearLimit(XfrmUsage usage) =>
        usage.Octets >= Limits.SoftOctets || usage.Packets >= Limits.SoftPackets;

    /// <summary>Outbound for a kernel that knows no direction: it wants a window where extended sequence numbers are, also of a state that never receives.</summary>
    public static XfrmState WithoutDirection(XfrmState state) => state with
    {
        Direction = null, ReplayWindow = state.HasExtendedSequence && state.ReplayWindow == 0 ? 1 : state.ReplayWindow,
    };

    private XfrmLifetime Limits => new(
        OrInfinite(sa.Limits.RekeyOctets), OrInfinite(sa.Limits.Octets), OrInfinite(sa.Limits.RekeyPackets), OrInfinite(sa.Limits.Packets))
    {
        HardSeconds = sa.Lifetime is { } lifetime ? (ulong)(lifetime + Overtime).TotalSeconds : 0,
    };

    /// <summary>The kernel always checks extended sequence numbers (as RFC 4303 3.3.3 wants): with the longest window where none is asked for.</summary>
    private int Window => sa.Transform.ExtendedSequenceNumbers && sa.ReplayWindow == 0 ? XfrmState.LongestWindow : Math.Min(sa.ReplayWindow, XfrmState.LongestWindow);

    private XfrmState Common(XfrmStateId id, XfrmSelector? selector) => new()
    {
        Source = id.Source,
        Destination = id.Destination,
        Spi = id.Spi,
        Reqid = reqid,
        InterfaceId = interfaceId,
        Selector = selector,
        Flags = (selector is null ? XfrmStateFlags.AnyFamily : XfrmStateFlags.None)
            | (sa.Transform.ExtendedSequenceNumbers ? XfrmStateFlags.ExtendedSequence : XfrmStateFlags.None),
    };

    private XfrmOffload? OffloadWith(XfrmOffloadFlags flags) => card is not { Index: var link } || WhyNotOffloaded is not null ? null
        : new XfrmOffload(link, flags | (IpFamily.Of(Path.Local.Address) == IpFamily.V6 ? XfrmOffloadFlags.Ipv6 : XfrmOffloadFlags.None));

    private static ulong OrInfinite(long limit) => limit == long.MaxValue ? XfrmLifetime.Infinite : (ulong)limit;
}
