using System.Globalization;
using System.Text.RegularExpressions;
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
    /// <param name="root">A root with charon-systemd.</param>
    /// <param name="plugin">The load-tester plugin for that root's version.</param>
    /// <param name="site">Where it runs.</param>
    /// <param name="folder">Gets its configuration.</param>
    /// <param name="initiate">How many SAs to set up; 0 for a responder.</param>
    public static async Task<Charon> StartAsync(
        string root, string plugin, Site site, Suite suite, string folder, int initiate, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        string configuration = Path.Combine(folder, "strongswan.conf");
        await File.WriteAllTextAsync(configuration, CharonConfiguration.Of(suite, initiate), cancellationToken);
        var sandbox = new Sandbox(new SandboxSpec(root)
        {
            Network = site.Network,
            Binds =
            [
                new Bind(configuration, "/etc/strongswan.conf", ReadOnly: true),
                new Bind(plugin, PluginFolder + LoadTesterBuild.PluginFile, ReadOnly: true),
            ],
        });
        var charon = new Charon(sandbox, await sandbox.StartAsync(new Command("/usr/sbin/charon-systemd")));
        try
        {
            await Wait.UntilAsync("charon listens", charon.IsListening, StartLimit, cancellationToken);
            charon.Version = Banner().Match(charon._daemon.Errors) is { Success: true } banner ? $"charon {banner.Groups["version"].Value}" : "charon";
            return charon;
        }
        catch
        {
            await charon.DisposeAsync();
            throw;
        }
    }

    /// <summary>IKE SAs that are up.</summary>
    public async Task<int> CountSasAsync(CancellationToken cancellationToken)
    {
        CommandResult stats = (await _sandbox.RunAsync(new Command("/usr/sbin/swanctl", "--stats"), cancellationToken)).EnsureSuccess();
        Match match = Sas().Match(stats.Output);
        return match.Success
            ? int.Parse(match.Groups["total"].Value, CultureInfo.InvariantCulture) - int.Parse(match.Groups["open"].Value, CultureInfo.InvariantCulture)
            : throw new LabException($"swanctl --stats says nothing about IKE SAs: {stats.Output}");
    }

    // It would say goodbye to each of its thousands of peers.
    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _sandbox.Dispose();
    }

    [GeneratedRegex("strongSwan (?<version>[0-9.]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Banner();

    [GeneratedRegex("IKE_SAs: (?<total>[0-9]+) total, (?<open>[0-9]+) half-open", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sas();

    private bool IsListening()
    {
        if (_daemon.HasExited)
            throw new LabException($"charon ended at once: {_daemon.Errors.Trim()}");
        return Path.Exists($"/proc/{_daemon.ProcessId}/root/{ControlSocket}");
    }
}
