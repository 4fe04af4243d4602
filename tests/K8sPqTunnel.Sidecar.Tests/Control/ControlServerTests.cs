using K8sPqTunnel.Sidecar.Control;
using K8sPqTunnel.Sidecar.State;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.Tests.Control;

public sealed class ControlServerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pqtunnel-control-").FullName;

    private string Socket => Path.Combine(_folder, "run", "test.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_client_reads_the_snapshot_over_the_socket()
    {
        await using ControlServer server = await StartAsync(new FakeTunnel());
        using var client = new ControlClient(Socket);

        TunnelSnapshot? snapshot = await client.StatusAsync(CancellationToken.None);

        Assert.Equal("198.51.100.7:4500", snapshot?.Peer);
        Assert.True(snapshot?.Ready);
    }

    [Fact]
    public async Task Down_returns_when_the_tunnel_is_taken_down()
    {
        var tunnel = new FakeTunnel();
        await using ControlServer server = await StartAsync(tunnel);
        using var client = new ControlClient(Socket);

        Assert.True(await client.DownAsync(CancellationToken.None));
        Assert.True(tunnel.TornDown);
    }

    [Fact]
    public async Task Where_no_daemon_listens_a_client_says_so()
    {
        using var client = new ControlClient(Socket);
        Assert.Null(await client.StatusAsync(CancellationToken.None));
        Assert.False(await client.DownAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_socket_is_for_its_owner_alone_and_goes_with_the_server()
    {
        await using (await StartAsync(new FakeTunnel()))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Socket));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(Socket)!));
        }
        Assert.False(File.Exists(Socket));
    }

    [Fact]
    public async Task A_socket_that_a_killed_daemon_left_is_replaced()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Socket)!);
        await File.WriteAllTextAsync(Socket, "");
        await using ControlServer server = await StartAsync(new FakeTunnel());
        using var client = new ControlClient(Socket);
        Assert.NotNull(await client.StatusAsync(CancellationToken.None));
    }

    private Task<ControlServer> StartAsync(IControlledTunnel tunnel) =>
        ControlServer.StartAsync(Socket, health: null, tunnel, new SilentLog(), CancellationToken.None);

    private sealed class FakeTunnel : IControlledTunnel
    {
        public bool TornDown { get; private set; }

        public TunnelSnapshot Snapshot() => Snapshots.Up;

        public Task TearDownAsync(CancellationToken cancellation)
        {
            TornDown = true;
            return Task.CompletedTask;
        }
    }

    private sealed class SilentLog : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public void Dispose()
        {
        }
    }
}
