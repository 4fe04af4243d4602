using System.Net;

namespace K8sPqTunnel.Dataplane.Translation;

/// <summary>A network of our side that the peer knows by other addresses.</summary>
/// <param name="Inside">As hosts on our side have it.</param>
/// <param name="Outside">As the peer sees it, within the tunnel's local networks; of the same family, and no larger.</param>
/// <param name="IsOneWay">Only what begins inside passes, and its answers: several addresses share one. Otherwise each has its own, both ways.</param>
public sealed record TranslatedNetwork(IPNetwork Inside, IPNetwork Outside, bool IsOneWay);
