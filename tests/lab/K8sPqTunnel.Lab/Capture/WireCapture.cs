using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Sandboxes;

namespace K8sPqTunnel.Lab.Capture;

/// <summary>A running tcpdump on one interface; stopping it gives the report.</summary>
public sealed partial class WireCapture : IAsyncDisposable
{
    private const string FolderInside = "/var/tmp/capture";

    // Enough for the headers of anything, small enough for a throughput run.
    private const int SnapLength = 128;
    private const int BufferKibibytes = 16384;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
    private readonly Sandbox _sandbox;
    private readonly RunningCommand _tcpdump;
    private readonly string _file;

    private WireCapture(Sandbox sandbox, RunningCommand tcpdump, string file)
    {
        _sandbox = sandbox;
        _tcpdump = tcpdump;
        _file = file;
    }

    /// <summary>Starts capturing and returns when it has begun.</summary>
    /// <param name="root">A root with tcpdump.</param>
    /// <param name="network">Where the interface is.</param>
    /// <param name="device">The interface.</param>
    /// <param name="file">The pcap file to write, on the host.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="outgoingOnly">Not what arrives: where the kernel opens ESP itself, it shows there also what was inside.</param>
    public static async Task<WireCapture> StartAsync(
        string root, NetworkNamespace network, string device, string file, CancellationToken cancellationToken, bool outgoingOnly = false)
    {
        var sandbox = new Sandbox(new SandboxSpec(root)
        {
            Network = network,
            Binds = [new Bind(Path.GetDirectoryName(Path.GetFullPath(file))!, FolderInside)],
        });
        RunningCommand tcpdump = await sandbox.StartAsync(new Command(
            "tcpdump", "-i", device, "-Q", outgoingOnly ? "out" : "inout", "-n", "-U", "-Z", "root", "--immediate-mode",
            "-B", $"{BufferKibibytes}", "-s", $"{SnapLength}", "-w", $"{FolderInside}/{Path.GetFileName(file)}"));
        var capture = new WireCapture(sandbox, tcpdump, file);
        try
        {
            await Wait.UntilAsync($"tcpdump listens on {device}", capture.IsListening, StartLimit, cancellationToken);
            return capture;
        }
        catch
        {
            await capture.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads what it holds so far; it goes on.</summary>
    /// <param name="gateways">As for <see cref="StopAsync"/>.</param>
    public async Task<WireReport> SeenAsync(params IReadOnlyCollection<IPAddress> gateways)
    {
        await using FileStream file = File.Open(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return WireReport.Read(file, gateways);
    }

    /// <summary>Ends the capture and reads what it holds.</summary>
    /// <param name="gateways">The only addresses that may exchange IKE and ESP there.</param>
    public async Task<WireReport> StopAsync(params IReadOnlyCollection<IPAddress> gateways)
    {
        CommandResult ended = await _tcpdump.TerminateAsync(StartLimit);
        Match dropped = Dropped().Match(ended.Errors);
        int missed = dropped.Success ? int.Parse(dropped.Groups["missed"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        await using FileStream file = File.OpenRead(_file);
        return WireReport.Read(file, gateways, missed);
    }

    public async ValueTask DisposeAsync()
    {
        await _tcpdump.DisposeAsync();
        _sandbox.Dispose();
    }

    private bool IsListening()
    {
        if (_tcpdump.HasExited)
            throw new LabException($"tcpdump ended at once: {_tcpdump.Errors.Trim()}");
        return _tcpdump.Errors.Contains("listening on", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(?<missed>\d+) packets? dropped by kernel", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Dropped();
}
