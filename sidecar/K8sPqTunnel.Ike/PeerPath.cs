using System.Net;

namespace K8sPqTunnel.Ike;

/// <summary>The two ends of a conversation with a peer: in UDP, or in a TCP connection that stands in for it (RFC 9329).</summary>
/// <param name="Local">Our address and port: 500, or 4500 after the move of RFC 7296 2.23.</param>
/// <param name="Remote">The peer's address and port as packets show it.</param>
/// <param name="IsTcp">In TCP; the port of the end that opened the connection says nothing then.</param>
public readonly record struct PeerPath(IPEndPoint Local, IPEndPoint Remote, bool IsTcp = false)
{
    /// <summary>The IKE port (RFC 7296 2).</summary>
    public const int IkePort = 500;

    /// <summary>The port shared by IKE and ESP in UDP (RFC 3948).</summary>
    public const int NatTraversalPort = 4500;

    /// <summary>
    /// True where IKE messages carry the four zero octets of the non-ESP marker (RFC 3948 2.2); the socket adds and strips them.
    /// </summary>
    public bool HasNonEspMarker => IsTcp || Local.Port != IkePort;

    public override string ToString() => $"{Local} to {Remote}{(IsTcp ? " over TCP" : "")}";

    /// <summary>The same two addresses on the ports that IKE shares with ESP: <paramref name="localPort"/> here, 4500 there.</summary>
    internal PeerPath OnSharedPorts(int localPort) =>
        new(new IPEndPoint(Local.Address, localPort), new IPEndPoint(Remote.Address, NatTraversalPort));
}
