using System.Net;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.Tunnels;

internal static partial class TunnelLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "IKE SA with {Peer} is up: {Proposal}; key exchanges {KeyExchanges}; quantum safe: {QuantumSafe}.")]
    public static partial void IkeUp(this ILogger log, IPEndPoint peer, string proposal, IReadOnlyList<string> keyExchanges, bool quantumSafe);

    [LoggerMessage(Level = LogLevel.Information, Message = "Peer {From} sends us to {To}.")]
    public static partial void Redirected(this ILogger log, IPAddress from, IPAddress to);

    [LoggerMessage(Level = LogLevel.Information, Message = "The way to the peer has changed from {Before} to {Now}.")]
    public static partial void Moved(this ILogger log, PeerPath before, PeerPath now);

    [LoggerMessage(Level = LogLevel.Information, Message = "Child SA {Inbound}/{Outbound} is up: {Proposal}.")]
    public static partial void ChildUp(this ILogger log, EspSpi inbound, EspSpi outbound, string proposal);

    [LoggerMessage(Level = LogLevel.Information, Message = "Child SA {Inbound}/{Outbound} is gone.")]
    public static partial void ChildDown(this ILogger log, EspSpi inbound, EspSpi outbound);

    [LoggerMessage(Level = LogLevel.Information, Message = "Rekey of the {Kind} SA, begun by {By}: {Outcome}.")]
    public static partial void RekeyEnded(this ILogger log, RekeyKind kind, string by, RekeyOutcome outcome);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tunnel {Tunnel}: takes up new keys or certificates while the traffic goes on{Former}.")]
    public static partial void TookSecrets(this ILogger log, string tunnel, string former);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tunnel {Tunnel}: the former pre-shared key is not taken any more.")]
    public static partial void ForgotFormerKey(this ILogger log, string tunnel);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}: {Message}")]
    public static partial void Failed(this ILogger log, string reason, string message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The processor encrypts, although spec.child.hardwareOffload asks for a network card: {Reason}")]
    public static partial void NotOffloaded(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A peer that began was refused: {Reason}: {Message}")]
    public static partial void TurnedAway(this ILogger log, FailureReason reason, string message);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tunnel {Tunnel}: waiting on {Local} for {Peer} to begin.")]
    public static partial void Listening(this ILogger log, string tunnel, IPAddress local, string peer);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Tunnel {Tunnel}: child SAs that stay in the kernel and carry traffic until the next daemon has its own, or their lifetime is over: {Count}. `pqtunnel down` ends them.")]
    public static partial void Left(this ILogger log, string tunnel, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Exchange} has no answer yet; sent again ({Repeats}).")]
    public static partial void Repeated(this ILogger log, string exchange, int repeats);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tunnel {Tunnel}: clear traffic is blocked; {Dataplane} data plane on {Interface}, MTU {Mtu}.")]
    public static partial void Guarded(this ILogger log, string tunnel, Dataplane.DataplaneKind dataplane, string @interface, int mtu);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tunnel {Tunnel}: ESP is done in user space, for {Reason}.")]
    public static partial void InUserspace(this ILogger log, string tunnel, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tunnel {Tunnel}: ESP goes in UDP although spec.transport.encapsulation is BehindNat: raw sockets are refused. Give the process the capability NET_RAW.")]
    public static partial void LacksRawEsp(this ILogger log, string tunnel);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tunnel {Tunnel}: this kernel lacks {Offload}: packets go one by one there, which costs several times the CPU.")]
    public static partial void LacksOffload(this ILogger log, string tunnel, string offload);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tunnel {Tunnel} is taken down; nothing of it is left.")]
    public static partial void TornDown(this ILogger log, string tunnel);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tunnel {Tunnel}: connecting from {Local} to {Remote}.")]
    public static partial void Connecting(this ILogger log, string tunnel, IPAddress local, IPAddress remote);

    [LoggerMessage(Level = LogLevel.Information, Message = "The peer does not answer over UDP: TCP is tried beside it.")]
    public static partial void TcpTried(this ILogger log);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tunnel {Tunnel}: the peer does not answer over TCP any more; UDP has its turn again.")]
    public static partial void BackToUdp(this ILogger log, string tunnel);

    [LoggerMessage(Level = LogLevel.Information, Message = "The probe's target {Target} answers inside the tunnel.")]
    public static partial void ProbeHealthy(this ILogger log, IPAddress target);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The probe's target {Target} does not answer inside the tunnel.")]
    public static partial void ProbeUnhealthy(this ILogger log, IPAddress target);

    [LoggerMessage(Level = LogLevel.Information, Message = "Tunnel {Tunnel}: the path outside carries packets of {Path} octets; the tunnel's MTU was {Before} and is {Now}.")]
    public static partial void SizeChanged(this ILogger log, string tunnel, int before, int now, int path);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Tunnel {Tunnel}: what the path outside carries could not be looked up: {Reason}")]
    public static partial void SizeUnknown(this ILogger log, string tunnel, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Tunnel {Tunnel}: a packet of {Size} octets that asked for the path {Outcome}.")]
    public static partial void PathProbed(this ILogger log, string tunnel, int size, string outcome);
}
