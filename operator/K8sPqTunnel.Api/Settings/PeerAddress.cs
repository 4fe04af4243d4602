using System.Net;

namespace K8sPqTunnel.Api.Settings;

/// <summary>One address of the peer as the user wrote it.</summary>
/// <param name="Text">An IP address or a DNS name.</param>
/// <param name="Address">The IP address; null for a name, which is resolved when the tunnel connects.</param>
public sealed record PeerAddress(string Text, IPAddress? Address);
