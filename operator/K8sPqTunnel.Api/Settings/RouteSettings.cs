using System.Net;

namespace K8sPqTunnel.Api.Settings;

/// <summary>A network that is led into a tunnel's interface.</summary>
/// <param name="Table">Null for the tunnel's own.</param>
public sealed record RouteSettings(IPNetwork To, int Metric, int? Table);
