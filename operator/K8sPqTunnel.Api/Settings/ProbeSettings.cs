using System.Net;
using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Settings;

/// <summary>Which address inside the tunnel is asked, how, and how often.</summary>
/// <param name="Port">The target's; 0 for ICMP.</param>
public sealed record ProbeSettings(IPAddress Target, ProbeProtocol Protocol, ushort Port, TimeSpan Interval);
