using System.Text.RegularExpressions;
using K8sPqTunnel.Bench.Credentials;
using K8sPqTunnel.Bench.Suites;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Sandboxes;

namespace K8sPqTunnel.Bench.Peers;

/// <summary>A running charon with the load-tester plugin, in a site's network.</summary>
internal sealed partial class Charon : IMeasured
{
    private const string PluginFolder = "/usr/lib/ipsec/plugins/";
    private const string ControlSocket = "run/charon.vici";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);
    private readonly Sandbox _sandbox;
    private readonly RunningCommand _daemon;

    private Charon(Sandbox sandbox, RunningCommand daemon)
    {
        _sandbox = sandbox;
        _daemon = daemon;
    }

    public int ProcessId => _daemon.ProcessId;

    /// <summary>As it calls itself, for example "charon 6.1.0".</summary>
    public string Version { get; private set; } = "charon";

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="site">Where it runs.</param>
    /// <param name="folder">Gets its configuration.</param>
    /// <param name="credentials">From <see cref="BenchAuthority.Make"/>.</param>
    /// <param name="isResponder">Whose certificate it has.</param>
    public static async Task<Charon> StartAsync(
        CharonProgram program, Site site, Trial trial, string folder, string credentials, bool isResponder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        string configuration = Path.Combine(folder, "strongswan.conf");
        await File.WriteAllTextAsync(configuration, CharonConfiguration.Of(trial), cancellationToken);
        bool signs = trial.Authentication != AuthenticationKind.Psk;
        var sandbox = new Sandbox(new SandboxSpec(program.Root)
        {
            Network = site.Network,
            Binds =
            [
                new Bind(configuration, "/etc/strongswan.conf", ReadOnly: true),
                new Bind(program.LoadTester, PluginFolder + LoadTesterBuild.PluginFile, ReadOnly: true),
                .. signs ? CredentialFiles(credentials, isResponder) : [],
            ],
        });
        var charon = new Charon(sandbox, await sandbox.StartAsync(new Command("/usr/sbin/charon-systemd")));
        try
        {
            await Wait.UntilAsync("charon listens", charon.IsListening, StartLimit, cancellationToken);
            charon.Version = Banner().Match(charon._daemon.Errors) is { Success: true } banner ? $"charon {banner.Groups["version"].Value}" : "charon";
            if (signs)
                (await sandbox.RunAsync(new Command("/usr/sbin/swanctl", "--load-creds"), cancellationToken)).EnsureSuccess();
            return charon;
        }
        catch
        {
            await charon.DisposeAsync();
            throw;
        }
    }

    // It would say goodbye to each of its thousands of peers.
    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _sandbox.Dispose();
    }

    [GeneratedRegex("strongSwan (?<version>[0-9.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Banner();

    private static Bind[] CredentialFiles(string folder, bool isResponder)
    {
        (string certificate, string key) = BenchAuthority.FilesOf(folder, isResponder);
        return
        [
            new Bind(BenchAuthority.AuthorityCertificate(folder), CharonConfiguration.AuthorityFile, ReadOnly: true),
            new Bind(certificate, CharonConfiguration.CertificateFile, ReadOnly: true),
            new Bind(key, CharonConfiguration.KeyFile, ReadOnly: true),
        ];
    }

    private bool IsListening()
    {
        if (_daemon.HasExited)
            throw new LabException($"charon ended at once: {_daemon.Errors.Trim()}");
        return Path.Exists($"/proc/{_daemon.ProcessId}/root/{ControlSocket}");
    }
}
