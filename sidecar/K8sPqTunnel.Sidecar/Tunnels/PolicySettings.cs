using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Routed;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Dataplane.Translation;
using K8sPqTunnel.Dataplane.Xfrm;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Puts a tunnel's settings into the terms of the data planes.</summary>
internal static class PolicySettings
{
    /// <param name="name">Of the tunnel on this host.</param>
    public static TunnelPolicy Of(TunnelSettings tunnel, string name) => new(name, tunnel.Local, tunnel.Remote)
    {
        Transforms = ConnectionSettings.EspTransforms(tunnel),
        Size = new SizePolicy { Inner = tunnel.Mtu.Value, Path = tunnel.Mtu.Path, ClampsMss = tunnel.Mtu.ClampsMss, Mss = tunnel.Mtu.Mss },
        Answers = tunnel.ProbeAnswers,
        Translations = [.. tunnel.Translations.Select(translation => new TranslatedNetwork(translation.Local, translation.As, translation.IsOneWay))],
        IsBegunByTraffic = tunnel.StartAction == StartAction.Trap,
        Mark = Mark(tunnel.Mark),
        Routed = tunnel.Routed is { } routed ? Routed(routed) : null,
    };

    public static XfrmOffloadPolicy Of(HardwareOffload offload) => offload switch
    {
        HardwareOffload.Required => XfrmOffloadPolicy.Demanded,
        HardwareOffload.Auto => XfrmOffloadPolicy.WherePossible,
        _ => XfrmOffloadPolicy.Never,
    };

    private static RoutedTraffic Routed(RoutedSettings routed) => new()
    {
        InterfaceName = routed.InterfaceName,
        Addresses = [.. routed.Addresses.Select(address => new InterfaceAddress(address.Address, address.PrefixLength))],
        Routes = [.. routed.Routes.Select(route => new TunnelRoute(route.To, (uint)route.Metric, (uint?)route.Table))],
        Rules = [.. routed.Rules.Select(rule => new TunnelRule(rule.From, rule.To, Mark(rule.Mark)))],
    };

    private static PacketMark? Mark(MarkSettings? mark) => mark is null ? null : new PacketMark(mark.Value, mark.Mask);
}
