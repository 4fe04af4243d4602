using System.Net;
using K8sPqTunnel.Dataplane.Routed;
using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Dataplane.Translation;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane;

/// <summary>Which traffic belongs into a tunnel: the configured selectors, before the peer narrows them.</summary>
/// <param name="Tunnel">Name of the tunnel, unique on the host: the names of everything made for it derive from it.</param>
/// <param name="Local">Networks of our side.</param>
/// <param name="Remote">Networks of the peer's side.</param>
public sealed record TunnelPolicy(string Tunnel, IReadOnlyList<IPNetwork> Local, IReadOnlyList<IPNetwork> Remote)
{
    /// <summary>Those that the peer may choose from: the inner MTU suits all of them.</summary>
    public IReadOnlyList<EspTransform> Transforms { get; init; } = [];

    /// <summary>Networks of our side that the peer knows by other addresses; <see cref="Local"/> has those.</summary>
    public IReadOnlyList<TranslatedNetwork> Translations { get; init; } = [];

    /// <summary>Addresses of our side at which the peer's health checks are answered, though no host need have them.</summary>
    public IReadOnlyList<IPAddress> Answers { get; init; } = [];

    /// <summary>IKE and ESP may go in TCP too (RFC 9329).</summary>
    public bool Tcp { get; init; }

    /// <summary>What is set about the size of its packets.</summary>
    public SizePolicy Size { get; init; } = new();

    /// <summary>The first packet outward begins the tunnel (spec.startAction: Trap).</summary>
    public bool IsBegunByTraffic { get; init; }

    /// <summary>Of the packets between the networks only those with this mark are meant, and those that come out have it; null for all.</summary>
    public PacketMark? Mark { get; init; }

    /// <summary>The routes choose the packets; null where the networks do.</summary>
    public RoutedTraffic? Routed { get; init; }
}
