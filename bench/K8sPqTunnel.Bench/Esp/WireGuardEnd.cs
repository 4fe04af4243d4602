using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Sandboxes;

namespace K8sPqTunnel.Bench.Esp;

/// <summary>A running wireguard-go in a site's network.</summary>
internal sealed class WireGuardEnd : IAsyncDisposable
{
    private const string Interface = "wg0";
    private const string ControlSocket = $"wireguard/{Interface}.sock";
    private const string Port = "51820";
    private const int Mtu = 1420;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
    private readonly Site _site;
    private readonly Sandbox _sandbox;
    private readonly RunningCommand _daemon;

    private WireGuardEnd(Site site, Sandbox sandbox, RunningCommand daemon)
    {
        _site = site;
        _sandbox = sandbox;
        _daemon = daemon;
    }

    public int ProcessId => _daemon.ProcessId;

    /// <summary>As the program names itself.</summary>
    public string Version { get; private set; } = "wireguard-go";

    public string PublicKey { get; private set; } = "";

    /// <param name="folder">Gets its control socket.</param>
    public static async Task<WireGuardEnd> StartAsync(string root, Site site, string folder, CancellationToken cancellationToken)
    {
        string run = Directory.CreateDirectory(folder).FullName;
        // Its package has a /var/run of its own, which is not the sandbox's /run.
        var sandbox = new Sandbox(new SandboxSpec(root) { Network = site.Network, Binds = [new Bind(run, "/var/run")] });
        var end = new WireGuardEnd(site, sandbox, await sandbox.StartAsync(new Command("wireguard-go", "-f", Interface)
        {
            Environment = new Dictionary<string, string> { ["LOG_LEVEL"] = "error" },
        }));
        try
        {
            await Wait.UntilAsync("wireguard-go listens", () => end.IsListening(Path.Combine(run, ControlSocket)), StartLimit, cancellationToken);
            string version = await end.RunAsync(new Command("wireguard-go", "--version"), cancellationToken);
            end.Version = version.Split('\n')[0].Replace(" v", " ", StringComparison.Ordinal).Trim();
            string key = await end.RunAsync(new Command("wg", "genkey"), cancellationToken) + "\n";
            end.PublicKey = await end.RunAsync(new Command("wg", "pubkey") { Input = key }, cancellationToken);
            await end.RunAsync(new Command("wg", "set", Interface, "listen-port", Port, "private-key", "/dev/stdin") { Input = key }, cancellationToken);
            return end;
        }
        catch
        {
            await end.DisposeAsync();
            throw;
        }
    }

    /// <summary>Leads a network through the tunnel to the other end.</summary>
    public async Task ConnectAsync(WireGuardEnd other, string address, string network, string source, CancellationToken cancellationToken)
    {
        await RunAsync(
            new Command("wg", "set", Interface, "peer", other.PublicKey, "endpoint", $"{address}:{Port}", "allowed-ips", network), cancellationToken);
        await _site.IpAsync($"link set {Interface} mtu {Mtu} up", cancellationToken);
        await _site.IpAsync($"route add {network} dev {Interface} src {source}", cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _sandbox.Dispose();
    }

    private async Task<string> RunAsync(Command command, CancellationToken cancellationToken) =>
        (await _sandbox.RunAsync(command, cancellationToken)).EnsureSuccess().Output.Trim();

    private bool IsListening(string socket)
    {
        if (_daemon.HasExited)
            throw new LabException($"wireguard-go ended at once: {_daemon.Errors.Trim()}{_daemon.Output.Trim()}");
        return Path.Exists(socket);
    }
}
