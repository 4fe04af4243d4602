using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Settings;

/// <summary>How IKE messages travel.</summary>
/// <param name="FragmentSize">Largest IP packet of an IKE message, in octets.</param>
/// <param name="NatKeepalive">Time between two keepalives behind a NAT.</param>
/// <param name="StartPort">The peer's UDP port of the first message: 500 or 4500.</param>
/// <param name="Mobike">An end that moves takes its SAs along (RFC 4555).</param>
/// <param name="Tcp">Whether IKE and ESP may travel in TCP (RFC 9329).</param>
/// <param name="FollowRedirects">Goes where the peer sends us (RFC 5685).</param>
public sealed record TransportSettings(int FragmentSize, TimeSpan NatKeepalive, int StartPort, bool Mobike, TcpPolicy Tcp, bool FollowRedirects)
{
    /// <summary>When ESP goes in UDP.</summary>
    public EncapsulationPolicy Encapsulation { get; init; }
}
