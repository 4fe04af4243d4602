using System.Net;
using K8sPqTunnel.Dataplane.Routed;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Dataplane.Translation;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>
/// Two gateways on a wire with a data plane between them, both guarded, without SAs yet. Left: 192.0.2.1 and a
/// workload, 10.1.0.2, behind 10.1.0.1. Right: 192.0.2.2 with 10.2.0.1 on itself. In IPv6 the same with 2001:db8:: outside and fd00:1::
/// and fd00:2:: inside. With routers in the middle the right one is 198.51.100.2 and 2001:db8:1::2.
/// </summary>
internal sealed class TwoGateways : IAsyncDisposable
{
    private const string LeftName = "left";
    private readonly IPAddress _leftOuter;
    private readonly IPAddress _rightOuter;
    private readonly IGatewayKind _kind;
    private IPNetwork[] _leftNetworks = [IPNetwork.Parse("10.1.0.0/16")];
    private IPNetwork[] _rightNetworks = [IPNetwork.Parse("10.2.0.0/16")];
    private readonly IReadOnlyList<TranslatedNetwork> _translations;
    private readonly IReadOnlyList<IPAddress> _answers;
    private readonly SizePolicy _size;
    private readonly PacketMark? _mark;
    private RoutedTraffic? _leftRouted;
    private readonly List<GatewayEnd> _further = [];
    private bool _leftIsDead;

    /// <param name="kind">Which data plane; the user-space one if null.</param>
    /// <param name="withOuterAddresses">The gateways' outer addresses belong to the tunnel's networks too.</param>
    /// <param name="outerIpv6">The gateways talk over IPv6.</param>
    /// <param name="innerIpv6">The tunnel carries IPv6 besides IPv4.</param>
    /// <param name="translations">The left gateway's: the right one knows its networks by those outside only.</param>
    /// <param name="answers">Where the left gateway answers health checks.</param>
    /// <param name="rightAnswers">The same at the other end.</param>
    /// <param name="middle">Routers between the two; null for a cable.</param>
    /// <param name="size">What is set about the size of packets.</param>
    /// <param name="rightSize">The same at the right gateway, where it is something else.</param>
    /// <param name="leftRouted">Routes instead of networks choose the packets; the selectors are all addresses.</param>
    /// <param name="rightRouted">The same at the other end.</param>
    /// <param name="mark">Of the packets that are for the tunnel, at both ends; null for all.</param>
    public TwoGateways(
        IGatewayKind? kind = null, bool withOuterAddresses = false, bool outerIpv6 = false, bool innerIpv6 = false, MiddleRouter? middle = null,
        SizePolicy? size = null, SizePolicy? rightSize = null, IReadOnlyList<TranslatedNetwork>? translations = null, IReadOnlyList<IPAddress>? answers = null,
        IReadOnlyList<IPAddress>? rightAnswers = null, RoutedTraffic? leftRouted = null, RoutedTraffic? rightRouted = null, PacketMark? mark = null)
    {
        _size = size ?? new SizePolicy();
        _leftRouted = leftRouted;
        _mark = mark;
        _leftOuter = IPAddress.Parse(outerIpv6 ? "2001:db8::1" : "192.0.2.1");
        _rightOuter = IPAddress.Parse((outerIpv6, middle) switch
        {
            (true, null) => "2001:db8::2",
            (false, null) => "192.0.2.2",
            (true, _) => MiddleRouter.RightIpv6,
            (false, _) => MiddleRouter.RightIpv4,
        });
        // Strict reverse path filtering, but where the peer is on the link and in the remote network: there ARP would fail it.
        int filter = withOuterAddresses ? 2 : 1;
        foreach (NetworkNamespace space in new[] { Left, Right })
            space.Shell($"cd /proc/sys/net/ipv4; echo 1 > ip_forward; echo {filter} > conf/all/rp_filter; echo {filter} > conf/default/rp_filter");
        // An address counts at once, without the second in which the link is asked whether somebody has it.
        foreach (NetworkNamespace space in new[] { Left, Right, Workload })
            space.Shell("cd /proc/sys/net/ipv6/conf; echo 0 > all/accept_dad; echo 0 > default/accept_dad; echo 1 > all/forwarding");
        if (middle is null)
            NetworkNamespace.Join(Left, "wan0", "192.0.2.1/24", Right, "wan0", "192.0.2.2/24");
        else
            middle.Join(Left, Right);
        NetworkNamespace.Join(Workload, "eth0", "10.1.0.2/24", Left, "lan0", "10.1.0.1/24");
        Workload.Shell("ip route add default via 10.1.0.1");
        Right.Shell("ip addr add 10.2.0.1/32 dev lo");
        Left.Shell("ip addr add fd00:1::1/64 dev lan0 nodad");
        Right.Shell("ip addr add fd00:2::1/128 dev lo nodad");
        if (middle is null)
        {
            Left.Shell("ip addr add 2001:db8::1/64 dev wan0 nodad");
            Right.Shell("ip addr add 2001:db8::2/64 dev wan0 nodad");
        }
        Workload.Shell("ip addr add fd00:1::2/64 dev eth0 nodad; ip route add default via fd00:1::1");
        if (innerIpv6)
        {
            _leftNetworks = [.. _leftNetworks, IPNetwork.Parse("fd00:1::/48")];
            _rightNetworks = [.. _rightNetworks, IPNetwork.Parse("fd00:2::/48")];
        }
        _translations = translations ?? [];
        _answers = answers ?? [];
        if (_translations.Count > 0)
            _leftNetworks = [.. _translations.Select(translation => translation.Outside)];
        if (withOuterAddresses)
        {
            int bits = outerIpv6 ? 128 : 32;
            _leftNetworks = [.. _leftNetworks, new IPNetwork(_leftOuter, bits)];
            _rightNetworks = [.. _rightNetworks, new IPNetwork(_rightOuter, bits)];
        }

        if (leftRouted is not null)
            _leftNetworks = _rightNetworks = Everything;
        _kind = kind ?? new UserspaceGateways();
        LeftEnd = OpenLeft();
        RightEnd = Guarded(Right, new TunnelPolicy("right", _rightNetworks, _leftNetworks) { Answers = rightAnswers ?? [], Size = rightSize ?? _size, Routed = rightRouted, Mark = mark }, _rightOuter, _leftOuter);
    }

    /// <summary>All addresses of both families.</summary>
    public static IPNetwork[] Everything => [IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")];

    public NetworkNamespace Left { get; } = NetworkNamespace.Create();

    public NetworkNamespace Right { get; } = NetworkNamespace.Create();

    public NetworkNamespace Workload { get; } = NetworkNamespace.Create();

    public GatewayEnd LeftEnd { get; private set; }

    public GatewayEnd RightEnd { get; }

    public IDataplane LeftPlane => LeftEnd.Plane;

    public IDataplane RightPlane => RightEnd.Plane;

    public PeerPath LeftPath => new(
        new IPEndPoint(_leftOuter, PeerPath.NatTraversalPort), new IPEndPoint(_rightOuter, PeerPath.NatTraversalPort));

    /// <summary>Installs a new pair of SAs on both sides.</summary>
    /// <param name="last">The sequence number that the first packet of each direction follows.</param>
    public SaPair Establish(
        uint spi = 0x1000, EspTransform? transform = null, int window = 64, SaLimits? limits = null, bool udpEncapsulation = true, ulong last = 0)
    {
        SaPair sas = MakeSas(spi, transform, window, limits, udpEncapsulation);
        Left.Run(() => LeftPlane.InstallInbound(sas.Left));
        Right.Run(() => RightPlane.InstallInbound(sas.Right));
        Right.Run(() => _kind.InstallOutbound(RightPlane, sas.Right, last));
        Left.Run(() => _kind.InstallOutbound(LeftPlane, sas.Left, last));
        return sas;
    }

    /// <summary>A pair of SAs that is installed nowhere yet.</summary>
    public SaPair MakeSas(
        uint spi, EspTransform? transform = null, int window = 64, SaLimits? limits = null, bool udpEncapsulation = true) => SaPair.Create(
        transform, window,
        left: [.. _leftNetworks.Select(TrafficSelector.Of)],
        right: [.. _rightNetworks.Select(TrafficSelector.Of)],
        path: LeftPath,
        spi: spi,
        limits: limits,
        udpEncapsulation: udpEncapsulation);

    /// <summary>A second tunnel between the gateways, 192.0.2.11 and 192.0.2.12, both guarded, with SAs for all addresses.</summary>
    /// <returns>Its left end.</returns>
    public GatewayEnd AddTunnel(RoutedTraffic leftRouted, RoutedTraffic rightRouted) =>
        AddTunnel(new TunnelPolicy("left2", Everything, Everything) { Routed = leftRouted }, new TunnelPolicy("right2", Everything, Everything) { Routed = rightRouted });

    /// <summary>The same between the networks of the first tunnel, for packets with another mark.</summary>
    /// <returns>Its left end.</returns>
    public GatewayEnd AddTunnel(PacketMark mark) =>
        AddTunnel(new TunnelPolicy("left2", _leftNetworks, _rightNetworks) { Mark = mark }, new TunnelPolicy("right2", _rightNetworks, _leftNetworks) { Mark = mark });

    private GatewayEnd AddTunnel(TunnelPolicy leftPolicy, TunnelPolicy rightPolicy)
    {
        (IPAddress left, IPAddress right) = (IPAddress.Parse("192.0.2.11"), IPAddress.Parse("192.0.2.12"));
        Left.Shell($"ip addr add {left}/24 dev wan0");
        Right.Shell($"ip addr add {right}/24 dev wan0");
        GatewayEnd leftEnd = Guarded(Left, leftPolicy, left, right);
        GatewayEnd rightEnd = Guarded(Right, rightPolicy, right, left);
        _further.AddRange([leftEnd, rightEnd]);
        SaPair sas = SaPair.Create(
            left: [.. leftPolicy.Local.Select(TrafficSelector.Of)], right: [.. leftPolicy.Remote.Select(TrafficSelector.Of)], spi: 0x7000,
            path: new PeerPath(new IPEndPoint(left, PeerPath.NatTraversalPort), new IPEndPoint(right, PeerPath.NatTraversalPort)));
        Left.Run(() => leftEnd.Plane.InstallInbound(sas.Left));
        Right.Run(() => rightEnd.Plane.InstallInbound(sas.Right));
        Right.Run(() => rightEnd.Plane.InstallOutbound(sas.Right));
        Left.Run(() => leftEnd.Plane.InstallOutbound(sas.Left));
        return leftEnd;
    }

    /// <summary>Ends the left process, without a word to anybody.</summary>
    public async Task KillLeftAsync()
    {
        _leftIsDead = true;
        await LeftPlane.EndAsync(Left, LeftName);
        await LeftEnd.DisposeAsync();
    }

    /// <summary>Starts the left process again, which knows nothing of the one before.</summary>
    public void RestartLeft()
    {
        LeftEnd = OpenLeft();
        _leftIsDead = false;
    }

    /// <summary>Starts it again with other routes; with none it is of the kind that networks choose for, from 10.1.0.0/16 to 10.2.0.0/16.</summary>
    public void RestartLeft(RoutedTraffic? routed)
    {
        _leftRouted = routed;
        if (routed is null)
            (_leftNetworks, _rightNetworks) = ([SaPair.LeftNetwork], [SaPair.RightNetwork]);
        RestartLeft();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_leftIsDead)
            await LeftEnd.DisposeAsync();
        await RightEnd.DisposeAsync();
        foreach (GatewayEnd end in _further)
            await end.DisposeAsync();
        Left.Dispose();
        Right.Dispose();
        Workload.Dispose();
    }

    private GatewayEnd OpenLeft() => Guarded(
        Left, new TunnelPolicy(LeftName, _leftNetworks, _rightNetworks) { Translations = _translations, Answers = _answers, Size = _size, Routed = _leftRouted, Mark = _mark }, _leftOuter, _rightOuter);

    private GatewayEnd Guarded(NetworkNamespace space, TunnelPolicy policy, IPAddress local, IPAddress peer)
    {
        GatewayEnd end = _kind.Open(space, policy, local);
        space.Run(() =>
        {
            end.Plane.UsePeers([peer], [500, 4500]);
            end.Plane.Guard();
        });
        return end;
    }
}
