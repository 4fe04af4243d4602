using System.Diagnostics;
using System.Net;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Responding;

/// <summary>What is done for one SA does not grow with the number of the others.</summary>
public sealed class ManyTests
{
    [Fact]
    public void The_deadlines_of_ten_thousand_connections_are_kept_in_order()
    {
        const int Count = 10_000;
        RecordingOutput output = new();
        var environment = new IkeEnvironment(
            new SeededRandom(1), new SystemKeyExchangeSource(), new CountingSpis(), output, new CryptoCapabilities("test", HasMlKem: true));
        using var endpoint = new IkeEndpoint(environment);
        for (int i = 0; i < Count; i++)
        {
            ConnectionConfig config = World.DefaultConfig() with
            {
                Name = $"{i}",
                RemoteAddresses = [new IPAddress([10, 1, (byte)(i >> 8), (byte)i])],
                IkeProposals = [Proposals.Parse("20/256 prf5 x25519")],
                QuantumPolicy = QuantumPolicy.Disabled,
                Retransmission = new RetransmissionPlan(TimeSpan.FromSeconds(4), 10, 3),
            };
            endpoint.Add(config, environment).Start(TimeSpan.FromMilliseconds(i));
        }

        Assert.Equal(Count, output.Sent.Count);
        Assert.Equal(TimeSpan.FromSeconds(4), endpoint.NextDeadline);

        // Each repeats four seconds after its own start, and nobody's turn costs the time of all.
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < Count; i++)
        {
            endpoint.Advance(TimeSpan.FromSeconds(4) + TimeSpan.FromMilliseconds(i));
            Assert.Equal(Count + i + 1, output.Sent.Count);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }
}
