using System.Net;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Probing;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Sidecar.Tests.Tunnels;

/// <summary>A data plane that only has a size, takes the one that probes show, and sends its own probes nowhere.</summary>
internal sealed class SizedDataplane : IDataplane
{
    public DataplaneKind Kind => DataplaneKind.Userspace;

    public string? InterfaceName => null;

    public string? MissingOffload => null;

    public bool GuardIsOurs => true;

    public bool SendsByInherited => false;

    public TunnelSize Size { get; private set; } = Of(PathMtu.Ethernet);

    public IReadOnlyDictionary<EspSpi, int> Fitting => new Dictionary<EspSpi, int> { [new EspSpi(0xc0000001)] = Size.Fitting };

    public int KnownPath { get; set; } = PathMtu.Ethernet;

    public void FollowPath(int? probed) => Size = Of(Math.Min(KnownPath, probed ?? KnownPath));

    public void UsePeers(IReadOnlyList<IPAddress> peers, IReadOnlyList<ushort> localPorts) => throw new NotSupportedException();

    public void Guard() => throw new NotSupportedException();

    public void Unguard() => throw new NotSupportedException();

    public void InstallInbound(ChildSa sa) => throw new NotSupportedException();

    public void InstallOutbound(ChildSa sa) => throw new NotSupportedException();

    public void Move(ChildSa sa, in PeerPath path) => throw new NotSupportedException();

    public void Remove(ChildSa sa) => throw new NotSupportedException();

    public TimeSpan? SilenceOf(EspSpi inbound) => throw new NotSupportedException();

    /// <summary>What keeps a probe from beginning.</summary>
    public string? WhyNoProbe { get; set; }

    public int ProbesAsked { get; private set; }

    public bool IsProbed { get; private set; }

    public DataPathProbe StartProbe(ProbeOptions options, TimeProvider time, IRandomSource random)
    {
        ProbesAsked++;
        if (WhyNoProbe is { } reason)
            throw new NotSupportedException(reason);
        IsProbed = true;
        return new DataPathProbe(new Nowhere(), options, IPAddress.Loopback, time, random);
    }

    public DataplaneCounters ReadCounters() => throw new NotSupportedException();

    public EspSpi Allocate() => throw new NotSupportedException();

    public void Release(EspSpi spi) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static TunnelSize Of(int path) => new(path, PathMtu.Inner(path, EspCarrier.Udp), HasIpv6: false, new SizePolicy());

    private sealed class Nowhere : IInnerPath
    {
        public Func<ReadOnlySpan<byte>, bool>? Tap { get; set; }

        public bool TrySend(ReadOnlyMemory<byte> packet) => true;
    }
}
