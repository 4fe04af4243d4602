using System.Net;
using K8sPqTunnel.Dataplane.Probing;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane;

/// <summary>Carries the packets of one tunnel's child SAs, and lets none of them out in clear.</summary>
/// <remarks>
/// Order of a tunnel's life: <see cref="Guard"/> before the first IKE message, then installs and removals as IKE says,
/// <see cref="Unguard"/> only when the tunnel's resource is gone. What <see cref="Guard"/> made outlives the process;
/// disposing the data plane, or the process being killed, leaves it in place.
/// </remarks>
public interface IDataplane : IEspSpiSource, IAsyncDisposable
{
    DataplaneKind Kind { get; }

    /// <summary>Name of the network interface through which the tunnel's packets run; null where there is none.</summary>
    string? InterfaceName { get; }

    /// <summary>What the kernel lacks that makes the data plane quick, in words; null where it has all. Known from <see cref="Guard"/> on.</summary>
    string? MissingOffload { get; }

    /// <summary>Whether a network card encrypts, as of the newest SA; null where none was asked to, and before the first SA.</summary>
    OffloadState? Offload => null;

    /// <summary>The guard did not stand before <see cref="Guard"/> of this process: it may take it back when it cannot do its work.</summary>
    bool GuardIsOurs { get; }

    /// <summary>SAs of an earlier process carry our traffic, and none of this one's does yet. Known from <see cref="Guard"/> on.</summary>
    bool SendsByInherited { get; }

    /// <summary>How large the tunnel's packets may be now.</summary>
    TunnelSize Size { get; }

    /// <summary>The largest inner packet of each child SA that leaves unfragmented outside, by our SPI; in octets.</summary>
    IReadOnlyDictionary<EspSpi, int> Fitting { get; }

    /// <summary>What the path outside carries as far as the kernel, or whoever configured the tunnel, knows; in octets.</summary>
    int KnownPath { get; }

    /// <summary>
    /// Looks whether the path outside carries another size than before, or is known to, and has interface, routes and the size that TCP
    /// connections are told follow.
    /// </summary>
    /// <param name="probed">What probes have shown the path to carry, in octets; null where they have shown nothing.</param>
    void FollowPath(int? probed);

    /// <summary>
    /// Says at which outer addresses the peer may be, and from which of our UDP ports we talk to it, so that IKE and ESP still reach
    /// it where the policy's own networks contain them. Whenever they change.
    /// </summary>
    void UsePeers(IReadOnlyList<IPAddress> peers, IReadOnlyList<ushort> localPorts);

    /// <summary>
    /// Blocks the policy's traffic in clear, both ways, until an SA carries it. Idempotent: takes over what an earlier process left, of
    /// either data plane, and at no moment less is blocked.
    /// </summary>
    /// <exception cref="IOException">It cannot be done here; the message says what is missing.</exception>
    void Guard();

    /// <summary>Removes everything that <see cref="Guard"/> and the installs of this or an earlier process made, and nothing else.</summary>
    void Unguard();

    /// <summary>See <see cref="Ike.IIkeOutput.InstallInbound"/>; owns <paramref name="sa"/> from here on.</summary>
    void InstallInbound(ChildSa sa);

    /// <summary>See <see cref="Ike.IIkeOutput.InstallOutbound"/>.</summary>
    void InstallOutbound(ChildSa sa);

    /// <summary>See <see cref="Ike.IIkeOutput.Move"/>.</summary>
    void Move(ChildSa sa, in PeerPath path);

    /// <summary>See <see cref="Ike.IIkeOutput.Remove"/>.</summary>
    void Remove(ChildSa sa);

    /// <summary>See <see cref="Ike.IIkeOutput.SilenceOf"/>.</summary>
    /// <param name="inbound">Our SPI of the SA.</param>
    TimeSpan? SilenceOf(EspSpi inbound);

    /// <summary>Starts a probe of this tunnel; one at a time.</summary>
    /// <exception cref="NotSupportedException">No probe can be sent from this host; the message says why.</exception>
    DataPathProbe StartProbe(ProbeOptions options, TimeProvider time, IRandomSource random);

    /// <summary>What has passed and what was dropped since the process started.</summary>
    DataplaneCounters ReadCounters();
}
