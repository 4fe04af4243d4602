namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>A workload (10.1.0.2), a gateway that forwards, and a remote site (10.2.0.2) on a wire: without a guard they talk in clear.</summary>
internal sealed class ForwardingGateway : IDisposable
{
    public ForwardingGateway()
    {
        NetworkNamespace.Join(Workload, "eth0", "10.1.0.2/24", Gateway, "lan0", "10.1.0.1/24");
        NetworkNamespace.Join(Gateway, "wan0", "192.0.2.1/24", Remote, "eth0", "192.0.2.2/24");
        Workload.Shell("ip route add default via 10.1.0.1");
        Gateway.Shell("echo 1 > /proc/sys/net/ipv4/ip_forward; ip route add 10.2.0.0/16 via 192.0.2.2");
        Remote.Shell("ip addr add 10.2.0.2/32 dev lo; ip route add 10.1.0.0/16 via 192.0.2.1");
    }

    public NetworkNamespace Workload { get; } = NetworkNamespace.Create();

    public NetworkNamespace Gateway { get; } = NetworkNamespace.Create();

    public NetworkNamespace Remote { get; } = NetworkNamespace.Create();

    public void Dispose()
    {
        Workload.Dispose();
        Gateway.Dispose();
        Remote.Dispose();
    }
}
