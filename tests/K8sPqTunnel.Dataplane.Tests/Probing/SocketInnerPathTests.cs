using System.Net;
using K8sPqTunnel.Dataplane.Probing;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Probing;

/// <summary>A probe of the kernel's data plane: from a socket of this host.</summary>
public sealed class SocketInnerPathTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(ProbeProtocol.Icmp, "127.0.0.1", 0)]
    [InlineData(ProbeProtocol.Icmp, "::1", 0)]
    // Nobody listens there: that the connection is refused is the answer.
    [InlineData(ProbeProtocol.Tcp, "127.0.0.1", 9)]
    public void A_probe_through_the_kernel_is_answered(ProbeProtocol protocol, string target, ushort port)
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        using var healthy = new ManualResetEventSlim();
        using DataPathProbe probe = space.Run(() =>
        {
            ProbeOptions options = Options(protocol, target, port) with
            {
                StateChanged = snapshot =>
                {
                    if (snapshot.State == DataPathState.Healthy)
                        healthy.Set();
                },
            };
            return new DataPathProbe(SocketInnerPath.Open(options.Target, options), options, options.Target, TimeProvider.System, new SystemRandomSource());
        });
        Assert.True(healthy.Wait(Patience), probe.Snapshot.ToString());
    }

    [Theory]
    [InlineData(ProbeProtocol.Icmp, 0)]
    [InlineData(ProbeProtocol.Tcp, 9)]
    public void Without_the_capability_one_sentence_says_what_to_do(ProbeProtocol protocol, ushort port)
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        space.Run(() =>
        {
            ThreadCapabilities.DropNetRaw();
            string message = Assert.Throws<NotSupportedException>(() => SocketInnerPath.Open(IPAddress.Loopback, Options(protocol, "127.0.0.1", port))).Message;
            Assert.Contains("the capability NET_RAW", message);
            Assert.Contains("spec.probe.protocol: Udp", message);
            Assert.DoesNotContain('\n', message);
        });
    }

    [Fact]
    public void A_probe_over_udp_needs_no_capability()
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        space.Run(() =>
        {
            ThreadCapabilities.DropNetRaw();
            SocketInnerPath.Open(IPAddress.Loopback, Options(ProbeProtocol.Udp, "127.0.0.1", 7)).Tap = null;
        });
    }

    private static ProbeOptions Options(ProbeProtocol protocol, string target, ushort port) =>
        new(IPAddress.Parse(target)) { Protocol = protocol, Port = port, Interval = TimeSpan.FromMilliseconds(100) };
}
