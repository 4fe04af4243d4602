using System.Net;

namespace K8sPqTunnel.Api.Settings;

/// <summary>An address of an interface, and the length of its network's prefix.</summary>
public sealed record AddressSettings(IPAddress Address, int PrefixLength);
