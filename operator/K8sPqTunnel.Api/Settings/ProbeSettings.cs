using System.Net;

namespace K8sPqTunnel.Api.Settings;

/// <summary>Which address inside the tunnel is asked, and how often.</summary>
public sealed record ProbeSettings(IPAddress Target, TimeSpan Interval);
