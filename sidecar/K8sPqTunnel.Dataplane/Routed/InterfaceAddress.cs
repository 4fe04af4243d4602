using System.Net;

namespace K8sPqTunnel.Dataplane.Routed;

/// <summary>An address of a tunnel's interface.</summary>
/// <param name="PrefixLength">Of the network on which it stands, in bits: 31 for one of two ends (RFC 3021).</param>
public sealed record InterfaceAddress(IPAddress Address, int PrefixLength)
{
    public override string ToString() => $"{Address}/{PrefixLength}";
}
