using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>Everything a gateway pod could leave behind on its node, in the words of ip(8) and nft(8).</summary>
internal sealed record NodeSnapshot(string Text)
{
    private static readonly Command[] Questions =
    [
        new("ip", "link", "show"),
        new("ip", "-4", "address", "show"),
        new("ip", "-4", "route", "show", "table", "all"),
        new("ip", "-6", "route", "show", "table", "all"),
        new("ip", "-4", "rule", "show"),
        new("ip", "-6", "rule", "show"),
        new("ip", "xfrm", "policy"),
        new("nft", "--stateless", "list", "ruleset"),            // without counters, which never stand still
    ];

    public static async Task<NodeSnapshot> TakeAsync(ClusterNode node, CancellationToken cancellationToken)
    {
        var answers = new List<string>();
        foreach (Command question in Questions)
            answers.AddRange([$"# {question}", .. (await node.RunAsync(question, cancellationToken)).EnsureSuccess().Output.Split('\n')]);
        // A pod's interface gets its link-local address some seconds after the pod has started.
        return new NodeSnapshot(string.Join('\n', answers.Where(line => !line.Contains("fe80:", StringComparison.Ordinal))));
    }
}
