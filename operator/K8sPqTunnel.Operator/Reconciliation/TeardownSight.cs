using K8sPqTunnel.Operator.Conditions;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>What is known of a tunnel that is to go.</summary>
/// <param name="DaemonNode">The node of the daemon that has a session and has not removed everything yet; null without one.</param>
/// <param name="MayCall">A daemon runs without a session, and has not had the time to call.</param>
/// <param name="Deployed">The ReplicaSet of the tunnel's own gateway exists and is not ending.</param>
/// <param name="Ending">That ReplicaSet or one of the tunnel's pods is still there.</param>
/// <param name="Nodes">The nodes of the cluster that may hold something; one that has left it holds nothing.</param>
internal sealed record TeardownSight(string? DaemonNode, bool MayCall, bool Deployed, bool Ending, IReadOnlyList<NodeCleanUp> Nodes)
{
    private const string NothingLeft = "nothing of the tunnel is left on a node; its pods are ending";

    /// <summary>The next step, and what the user is told.</summary>
    public (TeardownStep Step, Verdict Verdict) Next(DateTimeOffset now)
    {
        if (DaemonNode is not null)
            return (TeardownStep.AskDaemon, Say($"the daemon on node {DaemonNode} is removing what it made"));
        if (MayCall && Nodes.Any(node => node.HasGateway))
            return (TeardownStep.Wait, Say($"the daemon on {Names(node => node.HasGateway)} has yet to call the operator, which will ask it to clean up"));
        if (Deployed)
            return (TeardownStep.RemoveGateway, Say(Nodes.Count == 0 ? NothingLeft : $"the gateway pod is ending; then a pod cleans {Names(_ => true)}"));
        if (Nodes.Count > 0)
        {
            string message = string.Join("; ", Nodes.Select(node => node.Next(now).Message));
            return (TeardownStep.CleanNodes, Say(message, Nodes.All(node => node.Ready) ? "TearingDown" : "NodeNotReady"));
        }

        return Ending ? (TeardownStep.Wait, Say(NothingLeft)) : (TeardownStep.Finish, Say("nothing of the tunnel is left"));
    }

    private static Verdict Say(string message, string reason = "TearingDown") => new(reason, message);

    private string Names(Func<NodeCleanUp, bool> which) => string.Join(", ", Nodes.Where(which).Select(node => node.Node));
}
