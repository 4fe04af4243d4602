using System.Net;

namespace K8sPqTunnel.Api.Settings;

/// <summary>A network of this side that the peer knows by other addresses.</summary>
/// <param name="Local">As hosts on this side have it.</param>
/// <param name="As">As the peer sees it: of the same size, or one address for all.</param>
/// <param name="IsOneWay">All share one address, and the peer cannot begin.</param>
public sealed record AddressTranslation(IPNetwork Local, IPNetwork As, bool IsOneWay);
