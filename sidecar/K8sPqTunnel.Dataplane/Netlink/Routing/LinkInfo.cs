namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>A network interface.</summary>
/// <param name="Index">Its number in this network namespace.</param>
/// <param name="Mtu">In octets.</param>
/// <param name="IsUp">Administratively up.</param>
internal sealed record LinkInfo(int Index, string Name, int Mtu, bool IsUp);
