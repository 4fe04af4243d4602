using System.Text.RegularExpressions;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>Everything a daemon could leave behind in a site's network, in the words of ip(8) and nft(8).</summary>
internal sealed partial record NetworkSnapshot(string Text)
{
    private static readonly Command[] Questions =
    [
        new("ip", "-d", "link", "show"),
        new("ip", "address", "show"),
        new("ip", "-4", "route", "show", "table", "all"),
        new("ip", "-6", "route", "show", "table", "all"),
        new("ip", "-4", "rule", "show"),
        new("ip", "-6", "rule", "show"),
        new("ip", "xfrm", "policy"),
        new("nft", "list", "ruleset"),
    ];

    public static async Task<NetworkSnapshot> TakeAsync(Site site, CancellationToken cancellationToken)
    {
        var answers = new List<string>();
        foreach (Command question in Questions)
            answers.Add($"# {question}\n{(await site.RunAsync(question, cancellationToken)).EnsureSuccess().Output}");
        return new NetworkSnapshot(Promiscuity().Replace(string.Concat(answers), ""));
    }

    /// <summary>How many captures run on an interface, and that they do: tcpdump raises it a moment after it says that it listens.</summary>
    [GeneratedRegex(@" promiscuity \d+|PROMISC,", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Promiscuity();
}
