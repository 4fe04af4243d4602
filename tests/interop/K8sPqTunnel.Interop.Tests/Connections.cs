using K8sPqTunnel.Interop.Tests.Matrix;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests;

/// <summary>The two ends of the tests' tunnel, as strongSwan has them.</summary>
internal static class Connections
{
    public const string Psk = "a key that only the tests use, 32+ octets";

    public static PeerConnection Remote { get; } = new()
    {
        LocalAddress = TunnelNetwork.RemoteAddress,
        RemoteAddress = TunnelNetwork.GatewayAddress,
        LocalId = "remote.example.net",
        RemoteId = "gateway.example.net",
        Psk = Psk,
        IkeProposal = "aes256gcm16-prfsha384-ecp384-ke1_mlkem768",
        EspProposal = "aes256gcm16-ecp384-ke1_mlkem768",
        LocalNetwork = TunnelNetwork.RemoteNetwork,
        RemoteNetwork = TunnelNetwork.LocalNetwork,
    };

    public static PeerConnection Gateway { get; } = Remote with
    {
        LocalAddress = Remote.RemoteAddress,
        RemoteAddress = Remote.LocalAddress,
        LocalId = Remote.RemoteId,
        RemoteId = Remote.LocalId,
        LocalNetwork = Remote.RemoteNetwork,
        RemoteNetwork = Remote.LocalNetwork,
    };

    /// <summary>The remote end in a network, with a suite.</summary>
    /// <param name="network">Says where the gateway is seen.</param>
    /// <param name="suite">The algorithms.</param>
    /// <param name="credentials">Its certificate, or null for the pre-shared key.</param>
    /// <param name="signatures">How both ends sign with it.</param>
    public static PeerConnection Of(
        TunnelNetwork network, Suite suite, PeerCredentials? credentials = null, SignatureScheme signatures = SignatureScheme.Usual) => Remote with
    {
        Credentials = credentials,
        Signatures = signatures,
        RemoteAddress = network.GatewaySeenAs,
        IkeProposal = suite.Ike,
        EspProposal = suite.Child,
    };
}
