using System.Net;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>The way of a tunnel's packets outside.</summary>
/// <param name="LinkIndex">Interface that leads to the peer.</param>
internal sealed record XfrmOuterPath(IPAddress Local, IPAddress Peer, int LinkIndex);
