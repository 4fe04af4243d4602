using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.transport: how IKE messages travel.</summary>
internal static class TransportRules
{
    private const int IkePort = 500;
    private const int NatTraversalPort = 4500;
    private const int SmallestPacket = 576;                                // RFC 791: what every IPv4 host takes
    private const int LargestPacket = 9000;

    private static readonly TimeSpan ShortestKeepalive = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestKeepalive = TimeSpan.FromMinutes(10);

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        ProfileDefaults defaults = draft.Defaults;
        int port = spec.Transport?.StartPort ?? defaults.StartPort;
        if (port is not (IkePort or NatTraversalPort))
            draft.Report("spec.transport.startPort", $"{port} is no port of IKE: write {IkePort} or {NatTraversalPort}");
        draft.Transport = new TransportSettings(
            NumberRules.Read(spec.Transport?.FragmentSize, defaults.FragmentSize, SmallestPacket, LargestPacket, "spec.transport.fragmentSize", draft),
            DurationRules.Read(
                spec.Transport?.NatKeepalive, defaults.NatKeepalive, ShortestKeepalive, LongestKeepalive, "spec.transport.natKeepalive", draft),
            port,
            spec.Transport?.Mobike ?? defaults.Mobike,
            spec.Transport?.Tcp ?? defaults.Tcp,
            spec.Transport?.FollowRedirects ?? defaults.FollowRedirects)
        {
            Encapsulation = spec.Transport?.Encapsulation ?? EncapsulationPolicy.Auto,
        };
    }
}
