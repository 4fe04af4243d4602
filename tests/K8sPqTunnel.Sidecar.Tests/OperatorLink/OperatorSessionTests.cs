using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Grpc.Tls;
using K8sPqTunnel.Sidecar.Gateways;
using K8sPqTunnel.Sidecar.OperatorLink;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Sidecar.Tests.OperatorLink;

/// <summary>The daemon's session with replicas of an operator that are real gRPC servers.</summary>
public sealed class OperatorSessionTests : IDisposable
{
    private const string Service = "127.0.0.1";
    private const string Another = "127.0.0.2";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("pqt-session-").FullName;
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("operator", DateTimeOffset.UtcNow, TimeSpan.FromDays(1));

    public OperatorSessionTests()
    {
        File.WriteAllText(Path.Combine(_folder, "ca.crt"), _authority.CertificatePem);
        Directory.CreateDirectory(Path.Combine(_folder, "tunnels"));
        File.WriteAllText(Path.Combine(_folder, "token"), "token-of-the-gateway");
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_replica_that_waits_sends_the_daemon_to_the_one_that_leads()
    {
        await using FakeReplica leader = await FakeReplica.StartAsync(_authority, Another);
        await using FakeReplica waiting = await FakeReplica.StartAsync(_authority, Service, leader.Endpoint);
        await RunAsync(waiting, async () =>
        {
            Hello hello = await leader.NextCallAsync().WaitAsync(Patience);
            Assert.Equal(("network", "pqtunnel-berlin"), (hello.Namespace, hello.Gateway));
            Assert.Equal(("token-of-the-gateway", 1), (leader.Token, waiting.Calls));
        });
    }

    [Fact]
    public async Task When_the_leader_has_gone_the_operator_is_called_by_its_name_again()
    {
        await using FakeReplica leader = await FakeReplica.StartAsync(_authority, Another);
        await using FakeReplica waiting = await FakeReplica.StartAsync(_authority, Service, leader.Endpoint);
        await RunAsync(waiting, async () =>
        {
            await leader.NextCallAsync().WaitAsync(Patience);
            waiting.SendsTo = null;
            await leader.DisposeAsync();
            while (await waiting.NextCallAsync().WaitAsync(Patience) is { } && !waiting.HasWelcomed)
            {
            }
        });
    }

    [Fact]
    public async Task Replicas_that_send_the_daemon_to_each_other_are_called_with_pauses()
    {
        await using FakeReplica one = await FakeReplica.StartAsync(_authority, Another);
        await using FakeReplica other = await FakeReplica.StartAsync(_authority, Service, one.Endpoint);
        one.SendsTo = other.Endpoint;
        await RunAsync(other, async () =>
        {
            await one.NextCallAsync().WaitAsync(Patience);
            await one.NextCallAsync().WaitAsync(Patience);
            Assert.InRange(other.Calls, 2, 2);
        });
    }

    /// <summary>Runs a daemon without tunnels that calls a replica as if it were the Service.</summary>
    private async Task RunAsync(FakeReplica service, Func<Task> test)
    {
        var options = new OperatorLinkOptions
        {
            Address = new Uri($"https://{service.Endpoint}"),
            AuthorityFile = Path.Combine(_folder, "ca.crt"),
            TokenFile = Path.Combine(_folder, "token"),
        };
        var gateway = new GatewayOptions
        {
            Operator = options,
            Namespace = "network",
            Name = "pqtunnel-berlin",
            TunnelsFolder = Path.Combine(_folder, "tunnels"),
            SecretsFolder = Path.Combine(_folder, "secrets"),
            KeptFolder = Path.Combine(_folder, "kept"),
            Load = (_, _) => throw new InvalidOperationException("there are no tunnels"),
            ControlPath = Path.Combine(_folder, "control"),
        };
        var fleet = new FleetOptions
        {
            Load = () => [],
            ControlPath = gateway.ControlPath,
            ReloadWished = stop => Task.Delay(Timeout.Infinite, stop),
            Companion = new GatewayCompanion(gateway, NullLoggerFactory.Instance),
        };
        using var stop = new CancellationTokenSource();
        Task<DaemonOutcome> running = Fleet.RunAsync(fleet, NullLoggerProvider.Instance, stop.Token);
        try
        {
            await await Task.WhenAny(test(), running);
            Assert.False(running.IsCompleted, running.IsCompleted ? (await running).ToString() : "");
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
    }
}
