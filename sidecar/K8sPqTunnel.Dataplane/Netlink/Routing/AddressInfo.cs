using System.Net;

namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>An address of this host.</summary>
/// <param name="LinkIndex">The interface that has it.</param>
internal sealed record AddressInfo(int LinkIndex, IPAddress Address, int PrefixLength);
