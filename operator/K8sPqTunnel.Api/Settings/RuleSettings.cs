using System.Net;

namespace K8sPqTunnel.Api.Settings;

/// <summary>For which packets a tunnel's own routing table is asked; what is null is not asked for.</summary>
public sealed record RuleSettings(IPNetwork? From, IPNetwork? To, MarkSettings? Mark);
