namespace K8sPqTunnel.Api.Settings;

/// <summary>What leads packets into a tunnel's interface (spec.traffic.mode: Route).</summary>
/// <param name="InterfaceName">Null for one that derives from the tunnel's name.</param>
/// <param name="Addresses">The interface's.</param>
/// <param name="Routes">Networks that are led into it.</param>
/// <param name="Rules">For whose packets the tunnel's own routing table counts; none for all.</param>
public sealed record RoutedSettings(
    string? InterfaceName, IReadOnlyList<AddressSettings> Addresses, IReadOnlyList<RouteSettings> Routes, IReadOnlyList<RuleSettings> Rules);
