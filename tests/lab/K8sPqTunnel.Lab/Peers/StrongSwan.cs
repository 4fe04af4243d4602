using System.Text.RegularExpressions;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Sandboxes;

namespace K8sPqTunnel.Lab.Peers;

/// <summary>A running strongSwan with one connection, in a site's network and a root of its own.</summary>
public sealed partial class StrongSwan : IPeer
{
    private const string ControlSocket = "run/charon.vici";
    private static readonly string[] EmptyFolders =
        ["conf.d", "x509", "x509ca", "x509ocsp", "x509aa", "x509ac", "x509crl", "pubkey", "private", "rsa", "ecdsa", "pkcs8", "pkcs12"];

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);
    private readonly string _folder;
    private readonly Sandbox _sandbox;
    private readonly RunningCommand _daemon;

    private StrongSwan(string folder, Sandbox sandbox, RunningCommand daemon)
    {
        _folder = folder;
        _sandbox = sandbox;
        _daemon = daemon;
    }

    /// <summary>What the daemon logged so far; also in <c>charon.log</c> of its folder.</summary>
    public string Log => _daemon.Errors;

    public int ProcessId => _daemon.ProcessId;

    /// <summary>As it calls itself, for example "strongSwan 6.1.0"; empty if it did not say.</summary>
    public string Version => Banner().Match(Log).Value;

    /// <summary>Starts the daemon, waits for its control socket and loads the connection.</summary>
    /// <param name="root">A root with charon-systemd and swanctl.</param>
    /// <param name="site">In whose network it runs.</param>
    /// <param name="connections">Its swanctl.conf, for example <see cref="SwanctlConf.ToSwanctl"/>.</param>
    /// <param name="folder">Gets its configuration and log; made if needed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="options">More settings.</param>
    /// <exception cref="LabException">It did not start or refused its configuration.</exception>
    public static async Task<StrongSwan> StartAsync(
        string root, Site site, string connections, string folder, CancellationToken cancellationToken, StrongSwanOptions? options = null)
    {
        string swanctl = Path.Combine(folder, "swanctl");
        foreach (string empty in EmptyFolders)
            Directory.CreateDirectory(Path.Combine(swanctl, empty));
        string daemonFile = Path.Combine(folder, "strongswan.conf");
        await File.WriteAllTextAsync(daemonFile, StrongSwanDaemon.Configuration(options ?? new StrongSwanOptions()), cancellationToken);

        var sandbox = new Sandbox(new SandboxSpec(root)
        {
            Network = site.Network,
            Binds = [new Bind(swanctl, "/etc/swanctl"), new Bind(daemonFile, "/etc/strongswan.conf", ReadOnly: true)],
        });
        RunningCommand daemon = await sandbox.StartAsync(
            new Command("/usr/sbin/charon-systemd") { LogFile = Path.Combine(folder, "charon.log") });
        var peer = new StrongSwan(folder, sandbox, daemon);
        try
        {
            await Wait.UntilAsync("strongSwan listens on its control socket", peer.IsListening, StartLimit, cancellationToken);
            await peer.LoadAsync(connections, cancellationToken);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task LoadAsync(PeerConnection connection, CancellationToken cancellationToken)
    {
        // Without an answer of the other end it would retransmit the DELETE: the other end may be gone already.
        await SwanctlAsync(cancellationToken, "--terminate", "--ike", SwanctlConf.ConnectionName, "--force", "--timeout", "1");
        if (connection.Credentials is { } credentials)
        {
            foreach ((string folder, string pem) in ((string, string)[])[("x509ca", credentials.Authority), ("x509", credentials.Certificate), ("private", credentials.Key)])
                await File.WriteAllTextAsync(Path.Combine(_folder, "swanctl", folder, SwanctlConf.CertificateFile), pem, cancellationToken);
        }

        await LoadAsync(connection.ToSwanctl(), cancellationToken);
    }

    /// <summary>Replaces its connections and secrets; established tunnels stay.</summary>
    public async Task LoadAsync(string connections, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "swanctl", "swanctl.conf"), connections, cancellationToken);
        (await SwanctlAsync(cancellationToken, "--load-all", "--clear")).EnsureSuccess();
    }

    /// <summary>Sets up the tunnel from this side and waits for it.</summary>
    public Task<CommandResult> InitiateAsync(CancellationToken cancellationToken) =>
        SwanctlAsync(cancellationToken, "--initiate", "--child", SwanctlConf.ChildName, "--timeout", "15");

    public Task<CommandResult> RekeyChildAsync(CancellationToken cancellationToken) =>
        SwanctlAsync(cancellationToken, "--rekey", "--child", SwanctlConf.ChildName);

    public Task<CommandResult> RekeyIkeAsync(CancellationToken cancellationToken) =>
        SwanctlAsync(cancellationToken, "--rekey", "--ike", SwanctlConf.ConnectionName);

    /// <summary>Deletes the IKE SA and with it the tunnel.</summary>
    public Task<CommandResult> TerminateAsync(CancellationToken cancellationToken) =>
        SwanctlAsync(cancellationToken, "--terminate", "--ike", SwanctlConf.ConnectionName, "--timeout", "15");

    /// <summary>Its SAs in swanctl's words; empty without any.</summary>
    public async Task<string> ListSasAsync(CancellationToken cancellationToken) =>
        (await SwanctlAsync(cancellationToken, "--list-sas")).EnsureSuccess().Output;

    /// <summary>Ends it without a word to its peers.</summary>
    public Task KillAsync() => _daemon.KillAsync();

    public Task<CommandResult> AskAsync(string line, CancellationToken cancellationToken) =>
        _sandbox.RunAsync(new Command("/bin/sh", "-c", line), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (!_daemon.HasExited)
            await _daemon.TerminateAsync(StopLimit);
        await _daemon.DisposeAsync();
        _sandbox.Dispose();
    }

    private Task<CommandResult> SwanctlAsync(CancellationToken cancellationToken, params string[] arguments) =>
        _sandbox.RunAsync(new Command("/usr/sbin/swanctl", arguments), cancellationToken);

    [GeneratedRegex("strongSwan [0-9.]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Banner();

    private bool IsListening()
    {
        if (_daemon.HasExited)
            throw new LabException($"strongSwan ended at once: {_daemon.Errors.Trim()}");
        // The socket is in the sandbox's own /run, which the host sees through the process.
        return Path.Exists($"/proc/{_daemon.ProcessId}/root/{ControlSocket}");
    }
}
