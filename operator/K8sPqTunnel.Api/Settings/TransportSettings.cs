namespace K8sPqTunnel.Api.Settings;

/// <summary>How IKE messages travel.</summary>
/// <param name="FragmentSize">Largest IP packet of an IKE message, in octets.</param>
/// <param name="NatKeepalive">Time between two keepalives behind a NAT.</param>
/// <param name="StartPort">The peer's UDP port of the first message: 500 or 4500.</param>
public sealed record TransportSettings(int FragmentSize, TimeSpan NatKeepalive, int StartPort);
