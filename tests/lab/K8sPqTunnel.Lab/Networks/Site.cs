using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Sandboxes;

namespace K8sPqTunnel.Lab.Networks;

/// <summary>A machine of a test network: a network namespace, and the Debian 13 root's tools and the checkout in it.</summary>
public sealed class Site : IDisposable
{
    private static readonly TimeSpan LinkLimit = TimeSpan.FromSeconds(10);

    private Site(string name, NetworkNamespace network, Sandbox tools)
    {
        Name = name;
        Network = network;
        Tools = tools;
    }

    public string Name { get; }

    public NetworkNamespace Network { get; }

    /// <summary>Where its programs run.</summary>
    public Sandbox Tools { get; }

    /// <summary>Makes one with its loopback up and nothing else.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="root">The Debian 13 root.</param>
    /// <param name="binds">What of the host it sees, besides .NET.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Site> CreateAsync(
        string name, string root, IEnumerable<Bind> binds, CancellationToken cancellationToken)
    {
        var network = NetworkNamespace.Create();
        var tools = new Sandbox(new SandboxSpec(root)
        {
            Network = network,
            Binds = [Bind.Same(DotnetInstallation.Home, readOnly: true), .. binds],
        });
        var site = new Site(name, network, tools);
        try
        {
            await site.IpAsync("link set lo up", cancellationToken);
            return site;
        }
        catch
        {
            site.Dispose();
            throw;
        }
    }

    /// <summary>Runs a program of the root there and gives its result, whatever it is.</summary>
    public Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken) => Tools.RunAsync(command, cancellationToken);

    /// <summary>Runs code on a thread of its own in the site's network.</summary>
    public T RunInside<T>(Func<T> code) => NamespaceThread.Run(() =>
    {
        LinuxCalls.Enter(Network.Handle);
        return code();
    });

    /// <summary>Runs ip(8) with arguments that hold no spaces of their own.</summary>
    /// <exception cref="LabException">ip refused.</exception>
    public async Task IpAsync(string arguments, CancellationToken cancellationToken) =>
        (await RunAsync(new Command("ip", arguments.Split(' ')), cancellationToken)).EnsureSuccess();

    /// <summary>Forwards IPv4 between its interfaces.</summary>
    public async Task ForwardAsync(CancellationToken cancellationToken) =>
        (await RunAsync(new Command("sysctl", "-q", "-w", "net.ipv4.ip_forward=1"), cancellationToken)).EnsureSuccess();

    /// <summary>Switches IPv6 off, where the kernel has it, for the interfaces to come.</summary>
    public async Task DisableIpv6Async(CancellationToken cancellationToken) =>
        (await RunAsync(new Command("sysctl", "-e", "-q", "-w", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1"),
            cancellationToken)).EnsureSuccess();

    /// <summary>Joins two sites by a cable: an interface on each side, up and without addresses.</summary>
    public async Task ConnectAsync(string device, Site other, string otherDevice, CancellationToken cancellationToken)
    {
        await IpAsync($"link add {device} type veth peer name {otherDevice} netns {other.Network.FileName}", cancellationToken);
        await IpAsync($"link set {device} up", cancellationToken);
        await other.IpAsync($"link set {otherDevice} up", cancellationToken);
        await UntilUpAsync(device, cancellationToken);
        await other.UntilUpAsync(otherDevice, cancellationToken);
    }

    public void Dispose()
    {
        Tools.Dispose();
        Network.Dispose();
    }

    // The kernel reports the carrier a moment after both ends are up.
    private Task UntilUpAsync(string device, CancellationToken cancellationToken) => Wait.UntilAsync(
        $"{device} of {Name} is up",
        async () => (await RunAsync(new Command("ip", "link", "show", "dev", device), cancellationToken)).Output
            .Contains("state UP", StringComparison.Ordinal),
        LinkLimit, cancellationToken);
}
