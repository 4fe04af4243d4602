using System.Net;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>One of the two data planes, in a test's namespace, with the UDP socket that a daemon would have.</summary>
internal interface IGatewayKind
{
    /// <summary>Makes one, without a guard yet.</summary>
    /// <param name="local">Outer address.</param>
    GatewayEnd Open(NetworkNamespace space, TunnelPolicy policy, IPAddress local);

    /// <summary>Installs an outbound SA that has sent all sequence numbers up to one. In the namespace of the data plane.</summary>
    void InstallOutbound(IDataplane plane, ChildSa sa, ulong last);
}
