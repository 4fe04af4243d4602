namespace K8sPqTunnel.Dataplane.Routed;

/// <summary>A tunnel whose packets are those that are routed into its interface (spec.traffic.mode: Route).</summary>
public sealed record RoutedTraffic
{
    /// <summary>Name of the interface; null for one that derives from the tunnel's.</summary>
    public string? InterfaceName { get; init; }

    /// <summary>Addresses of the interface. Their networks are led into it too.</summary>
    public IReadOnlyList<InterfaceAddress> Addresses { get; init; } = [];

    /// <summary>Networks that are led into the interface, and nowhere else while it is gone.</summary>
    public IReadOnlyList<TunnelRoute> Routes { get; init; } = [];

    /// <summary>Some of the routes are in tables of others.</summary>
    public bool StandsBesideOthers => Routes.Any(route => route.Table is not null);

    /// <summary>For whose packets the tunnel's own routing table counts; for all where there are none.</summary>
    public IReadOnlyList<TunnelRule> Rules { get; init; } = [];
}
