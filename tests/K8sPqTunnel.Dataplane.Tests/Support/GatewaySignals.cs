using System.Collections.Concurrent;
using System.Net;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>What a data plane told its owner.</summary>
internal sealed class GatewaySignals
{
    private int _waiting;

    public ConcurrentQueue<EspSpi> Renewals { get; } = new();

    public ConcurrentQueue<EspSpi> FirstUses { get; } = new();

    public ConcurrentQueue<(EspSpi Spi, IPEndPoint Peer)> Moves { get; } = new();

    public int Waiting => Volatile.Read(ref _waiting);

    public void Wait() => Interlocked.Increment(ref _waiting);
}
