using System.Collections.Concurrent;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Sidecar.Control;
using K8sPqTunnel.Sidecar.State;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.Tests.Control;

public sealed class ControlServerTests : IDisposable
{
    private const string Berlin = "network/berlin";

    private readonly string _folder = Directory.CreateTempSubdirectory("pqtunnel-control-").FullName;

    private string Socket => Path.Combine(_folder, "run", "test.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_client_reads_the_snapshot_over_the_socket()
    {
        await using ControlServer server = await StartAsync(new FakeTunnel());
        using var client = new ControlClient(Socket);

        TunnelSnapshot snapshot = Assert.Single(await client.StatusAsync(CancellationToken.None) ?? []);

        Assert.Equal("198.51.100.7:4500", snapshot.Peer);
        Assert.True(snapshot.Ready);
    }

    [Fact]
    public async Task Down_returns_when_the_tunnel_is_taken_down()
    {
        var tunnel = new FakeTunnel();
        await using ControlServer server = await StartAsync(tunnel);
        using var client = new ControlClient(Socket);

        Assert.True(await client.DownAsync(Berlin, CancellationToken.None));
        Assert.True(tunnel.TornDown);
    }

    [Fact]
    public async Task The_server_watches_no_files_for_the_working_directory_may_be_the_root_of_a_container()
    {
        await using ControlServer server = await StartAsync(new FakeTunnel());

        Assert.DoesNotContain(Directory.GetFiles("/proc/self/fd"), fd => new FileInfo(fd).LinkTarget == "anon_inode:inotify");
    }

    [Fact]
    public async Task Where_no_daemon_listens_a_client_says_so()
    {
        using var client = new ControlClient(Socket);
        Assert.Null(await client.StatusAsync(CancellationToken.None));
        Assert.False(await client.DownAsync(Berlin, CancellationToken.None));
        Assert.False(await client.RekeyAsync(Berlin, RekeyKind.Child, CancellationToken.None));
    }

    [Fact]
    public async Task A_wish_for_fresh_keys_reaches_the_tunnel()
    {
        var tunnel = new FakeTunnel();
        await using ControlServer server = await StartAsync(tunnel);
        using var client = new ControlClient(Socket);

        Assert.True(await client.RekeyAsync(Berlin, RekeyKind.Ike, CancellationToken.None));
        Assert.True(await client.RekeyAsync(Berlin, RekeyKind.Child, CancellationToken.None));

        Assert.Equal([RekeyKind.Ike, RekeyKind.Child], tunnel.Rekeyed);
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

    [Fact]
    public async Task What_could_not_be_taken_down_is_told_to_the_caller_and_may_be_asked_again()
    {
        var tunnel = new FakeTunnel { Refusal = "the kernel refused to remove it" };
        await using ControlServer server = await StartAsync(tunnel);
        using var client = new ControlClient(Socket);

        IOException refused = await Assert.ThrowsAsync<IOException>(() => client.DownAsync(Berlin, CancellationToken.None));
        Assert.Equal("the kernel refused to remove it", refused.Message);
        tunnel.Refusal = null;
        Assert.True(await client.DownAsync(Berlin, CancellationToken.None));
    }

    [Fact]
    public async Task A_health_address_that_is_not_ours_is_named_in_one_sentence()
    {
        using var log = new KeptLog();
        IOException refused = await Assert.ThrowsAsync<IOException>(() => ControlServer.StartAsync(
            Socket, System.Net.IPEndPoint.Parse("192.0.2.99:9510"), new FakeDaemon(), log, CancellationToken.None));
        Assert.Contains("192.0.2.99:9510 cannot be listened on", refused.Message);
        Assert.EndsWith("choose another with --control or --health, or metricsPort where it is a gateway's", refused.Message);
        // A stack in the log would be all that the tunnel's condition has room for.
        Assert.Empty(log.Lines);
    }

    [Fact]
    public void A_name_too_long_for_a_socket_gets_a_path_that_is_not()
    {
        string one = ControlSocket.PathOf("network", new string('a', 200));
        Assert.True(one.Length <= 107);
        Assert.NotEqual(one, ControlSocket.PathOf("network", new string('b', 200)));
        Assert.Equal("/run/pqtunnel/network.berlin.sock", ControlSocket.PathOf("network", "berlin"));
    }

    [Fact]
    public async Task Of_several_tunnels_each_is_asked_by_its_name()
    {
        var berlin = new FakeTunnel();
        var paris = new FakeTunnel { FullName = "network/paris" };
        await using ControlServer server = await StartAsync(new FakeDaemon(berlin, paris));
        using var client = new ControlClient(Socket);

        Assert.Equal(2, (await client.StatusAsync(CancellationToken.None))?.Count);
        Assert.True(await client.RekeyAsync(paris.FullName, RekeyKind.Child, CancellationToken.None));
        Assert.True(await client.DownAsync(paris.FullName, CancellationToken.None));
        Assert.False(await client.DownAsync("other/berlin", CancellationToken.None));

        Assert.Equal((true, false), (paris.TornDown, berlin.TornDown));
        Assert.Equal((1, 0), (paris.Rekeyed.Count, berlin.Rekeyed.Count));
    }

    [Fact]
    public async Task What_a_reload_has_changed_or_why_it_could_not_is_told()
    {
        var daemon = new FakeDaemon();
        await using ControlServer server = await StartAsync(daemon);
        using var client = new ControlClient(Socket);

        Assert.Equal("tunnel network/paris is added\ntunnel network/rome is taken down", await client.ReloadAsync(CancellationToken.None));
        daemon.Refusal = "a.yaml:3: what is that";
        IOException refused = await Assert.ThrowsAsync<IOException>(() => client.ReloadAsync(CancellationToken.None));
        Assert.Equal(daemon.Refusal, refused.Message);
    }

    [Fact]
    public async Task A_socket_at_which_a_daemon_answers_is_not_taken_from_it()
    {
        await using ControlServer server = await StartAsync(new FakeTunnel());
        IOException refused = await Assert.ThrowsAsync<IOException>(() => StartAsync(new FakeTunnel()));
        Assert.Contains("a daemon answers", refused.Message, StringComparison.Ordinal);

        using var client = new ControlClient(Socket);
        Assert.NotNull(await client.StatusAsync(CancellationToken.None));
    }

    private Task<ControlServer> StartAsync(FakeTunnel tunnel) => StartAsync(new FakeDaemon(tunnel));

    private Task<ControlServer> StartAsync(IControlledDaemon daemon) =>
        ControlServer.StartAsync(Socket, health: null, daemon, new KeptLog(), CancellationToken.None);

    private sealed class FakeDaemon(params FakeTunnel[] tunnels) : IControlledDaemon
    {
        public string? Refusal { get; set; }

        public IReadOnlyList<IControlledTunnel> Tunnels => tunnels;

        public IReadOnlyDictionary<string, long> Drops => new Dictionary<string, long>();

        public Task<IReadOnlyList<string>> ReloadAsync() => Refusal is null
            ? Task.FromResult<IReadOnlyList<string>>(["tunnel network/paris is added", "tunnel network/rome is taken down"])
            : throw new IOException(Refusal);
    }

    private sealed class FakeTunnel : IControlledTunnel
    {
        public string FullName { get; init; } = Berlin;

        public bool TornDown { get; private set; }

        public string? Refusal { get; set; }

        public TunnelSnapshot Snapshot() => Snapshots.Up;

        public List<RekeyKind> Rekeyed { get; } = [];

        public void Rekey(RekeyKind kind) => Rekeyed.Add(kind);

        public Task TearDownAsync(CancellationToken cancellation)
        {
            TornDown = Refusal is null;
            return Refusal is null ? Task.CompletedTask : Task.FromException(new IOException(Refusal));
        }
    }

    private sealed class KeptLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
