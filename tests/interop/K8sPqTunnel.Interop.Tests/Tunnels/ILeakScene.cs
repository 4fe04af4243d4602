using System.Net;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>Where <see cref="LeakStory"/> happens: a network with a capture of the wire, a strongSwan and our daemon.</summary>
internal interface ILeakScene
{
    TunnelNetwork Network { get; }

    /// <summary>Starts strongSwan.</summary>
    Task<StrongSwan> StartPeerAsync(PeerConnection connection);

    /// <summary>Starts <c>pqtunnel up</c>.</summary>
    Task<PqTunnel> StartDaemonAsync(TunnelFile tunnel);

    /// <summary>What has been on the wire so far; the capture goes on.</summary>
    /// <param name="also">Addresses that may exchange IKE and ESP besides the gateways' own.</param>
    Task<WireReport> SeenAsync(params IPAddress[] also);

    /// <summary>Ends the capture.</summary>
    Task<WireReport> StopCaptureAsync(params IPAddress[] also);
}
