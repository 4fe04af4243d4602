using System.Globalization;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Sandboxes;

namespace K8sPqTunnel.Lab.Guests;

/// <summary>A user-mode Linux in a site's place: for programs that need a kernel with ESP, which the host's kernel may not be.</summary>
/// <remarks>Its root is a Debian root that it cannot write to; the folder /lab is shared with the host.</remarks>
public sealed class Guest : IAsyncDisposable
{
    /// <summary>The guest's interface on the site's wire.</summary>
    public const string Device = "vec0";

    private const string Shared = "/lab";
    private const int MemoryMebibytes = 192;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim _console = new(1);
    private readonly string _folder;
    private readonly Sandbox _sandbox;
    private readonly RunningCommand _kernel;
    private int _sent;

    private Guest(string folder, Sandbox sandbox, RunningCommand kernel)
    {
        _folder = folder;
        _sandbox = sandbox;
        _kernel = kernel;
    }

    /// <summary>Boots a guest whose interface is joined to a wire of the site by a bridge.</summary>
    /// <param name="root">A root with Debian's user-mode-linux and iproute2.</param>
    /// <param name="site">Lends its end of the wire.</param>
    /// <param name="wire">That end; the guest takes over its addresses.</param>
    /// <param name="folder">Shared with the guest as /lab; made if needed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LabException">It did not boot.</exception>
    public static async Task<Guest> StartAsync(string root, Site site, string wire, string folder, CancellationToken cancellationToken)
    {
        const string tap = "tap0";
        const string bridge = "bridge0";
        await site.IpAsync($"address flush dev {wire}", cancellationToken);
        foreach (string arguments in (string[])[$"link add {bridge} type bridge forward_delay 0", $"tuntap add {tap} mode tap",
            $"link set {wire} master {bridge}", $"link set {tap} master {bridge}", $"link set {tap} up", $"link set {bridge} up"])
        {
            await site.IpAsync(arguments, cancellationToken);
        }

        return await BootAsync(new SandboxSpec(root) { Network = site.Network }, folder, MemoryMebibytes, [$"{Device}:transport=tap,ifname={tap}"], cancellationToken);
    }

    /// <summary>Boots a guest without a wire, for programs that make their own network in it.</summary>
    /// <param name="root">A root with Debian's user-mode-linux and iproute2.</param>
    /// <param name="binds">What of the host it sees, read-only, besides <paramref name="folder"/>.</param>
    /// <param name="folder">Shared with the guest as /lab; made if needed.</param>
    /// <param name="memory">In mebibytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LabException">It did not boot.</exception>
    public static Task<Guest> StartAloneAsync(
        string root, IReadOnlyList<Bind> binds, string folder, int memory, CancellationToken cancellationToken) =>
        BootAsync(new SandboxSpec(root) { Binds = binds }, folder, memory, [], cancellationToken);

    /// <summary>Runs a line of the guest's shell to its end.</summary>
    /// <param name="line">For sh(1), without a line break.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="limit">How long it may take; a minute if null.</param>
    public async Task<CommandResult> RunAsync(string line, CancellationToken cancellationToken, TimeSpan? limit = null)
    {
        await _console.WaitAsync(cancellationToken);
        try
        {
            int number = ++_sent;
            await _kernel.WriteLineAsync($"{number} {line}");
            await Wait.UntilAsync($"the guest has run \"{line}\"", () => HasFile($"{number}.status"), limit ?? CommandLimit, cancellationToken);
            int status = int.Parse(ReadFile($"{number}.status"), CultureInfo.InvariantCulture);
            return new CommandResult(new Command(line), status, ReadFile($"{number}.out"), ReadFile($"{number}.err"));
        }
        finally
        {
            _console.Release();
        }
    }

    /// <summary>Writes a file that the guest sees below /lab, readable by its root only.</summary>
    public void WriteFile(string name, string text)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        // iked refuses a configuration that others may read.
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>A file below /lab; empty while it is not there.</summary>
    public string ReadFile(string name) => HasFile(name) ? File.ReadAllText(Path.Combine(_folder, name)) : "";

    public async ValueTask DisposeAsync()
    {
        await _kernel.DisposeAsync();
        _sandbox.Dispose();
        _console.Dispose();
    }

    private static async Task<Guest> BootAsync(
        SandboxSpec spec, string folder, int memory, string[] devices, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        string init = Path.Combine(folder, "init");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Guests", "Glue", "guest-init.sh"), init, overwrite: true);
        File.SetUnixFileMode(init, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var sandbox = new Sandbox(spec with
        {
            Binds = [.. spec.Binds, new Bind(folder, Shared), new Bind(Path.Combine(spec.Root, "usr/lib/uml/modules"), "/usr/lib/modules", ReadOnly: true)],
        });
        RunningCommand kernel = await sandbox.StartAsync(new Command("taskset",
            // One processor: a guest whose threads wander between two makes system calls several times slower.
            ["-c", Random.Shared.Next(Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture), "linux.uml",
            $"mem={memory}M", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", $"init={Shared}/init", "seccomp=on",
            "con=null", "con0=fd:0,fd:1", "panic=1", "quiet", .. devices])
        {
            Environment = new Dictionary<string, string> { ["TMPDIR"] = "/tmp" },
            KeepsInputOpen = true,
            LogFile = Path.Combine(folder, "console.log"),
        });
        var guest = new Guest(folder, sandbox, kernel);
        try
        {
            await Wait.UntilAsync("the guest is up", () => guest.HasFile("up"), StartLimit, cancellationToken);
            return guest;
        }
        catch
        {
            await guest.DisposeAsync();
            throw;
        }
    }

    private bool HasFile(string name)
    {
        if (_kernel.HasExited)
            throw new LabException($"The guest ended: {_kernel.Output.Trim()} {_kernel.Errors.Trim()}");
        return File.Exists(Path.Combine(_folder, name));
    }
}
