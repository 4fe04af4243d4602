using System.Net;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>The remote site's health checks of both types, as Cloudflare sends them: to our side of a tunnel's two addresses, and to the target that it has for policy-based routes.</summary>
internal sealed class HealthChecks(TunnelNetwork network)
{
    /// <summary>The tunnel's interface has it.</summary>
    public const string OurInterface = "169.254.240.1";

    /// <summary>No host has it.</summary>
    public const string OurAddress = "10.1.0.9";
    public const string PolicyRouted = "172.64.240.253";
    public const int Each = 20;

    private const string TheirInterface = "169.254.240.0";
    private const string TheirPolicyRouted = "172.64.240.252";
    private const int Mark = 0xcf;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>strongSwan for <see cref="Routed"/>.</summary>
    public static PeerConnection Everything { get; } = Connections.Remote with { LocalNetwork = "0.0.0.0/0", RemoteNetwork = "0.0.0.0/0" };

    /// <summary>No route leads to the policy-routed checks' source, and the rules are not for our addresses.</summary>
    public static TunnelFile Routed { get; } = new()
    {
        Answers = [OurInterface, PolicyRouted, OurAddress],
        Traffic = """
            {"mode": "Route", "interface": {"name": "cf0", "addresses": ["169.254.240.1/31"]}, "routes": [{"to": "10.20.0.0/24"}], "rules": [{"from": "10.1.0.2/32"}]}
            """,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Gives the remote site its addresses, and has replies that it makes up leave although they are for itself.</summary>
    /// <param name="way">By which they leave, as ip(8) says it, once the tunnel is up.</param>
    public async Task PrepareAsync(string way)
    {
        foreach (string line in (string[])[$"address add {TheirInterface}/32 dev lo", $"address add {TheirPolicyRouted}/32 dev lo",
            "rule add pref 10 lookup local", "rule del pref 0", $"rule add pref 5 fwmark {Mark} lookup 99", $"route add default {way} table 99"])
        {
            await network.Remote.IpAsync(line, Stop);
        }
    }

    /// <summary>Sends those that a routed tunnel gets; all have to come back.</summary>
    /// <returns>How many.</returns>
    public async Task<int> AllRoutedComeBackAsync()
    {
        (string From, string To)[] pairs = [(TheirInterface, OurInterface), (TheirPolicyRouted, PolicyRouted), (TunnelNetwork.RemoteHost, OurAddress)];
        foreach ((string from, string to) in pairs)
        {
            await RequestsAreAnsweredAsync(from, to);
            RepliesComeBack(from, to);
        }
        return 2 * Each * pairs.Length;
    }

    public async Task RequestsAreAnsweredAsync(string from, string to) => (await network.Remote.RunAsync(
        new Command("ping", "-n", "-q", "-i", "0.01", "-c", $"{Each}", "-W", "5", "-I", from, to), Stop)).EnsureSuccess();

    public void RepliesComeBack(string from, string to) => Assert.Equal(
        Each, network.Remote.RunInside(() => EchoReplies.Exchange(IPAddress.Parse(to), IPAddress.Parse(from), Mark, Each, Patience)));
}
