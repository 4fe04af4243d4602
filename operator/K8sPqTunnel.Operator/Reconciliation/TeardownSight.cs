namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>What is known of a tunnel that is to go.</summary>
/// <param name="Connected">Its daemon has a session.</param>
/// <param name="TornDown">Its daemon has removed everything that it made.</param>
/// <param name="Node">The node where a daemon has run; null when none ever did.</param>
/// <param name="NodeExists">That node is still in the cluster.</param>
/// <param name="Pods">How many gateway pods there are, ending ones included.</param>
/// <param name="Deployed">The Deployment exists.</param>
/// <param name="Trouble">Why the gateway pod does not run, or null.</param>
internal sealed record TeardownSight(bool Connected, bool TornDown, string? Node, bool NodeExists, int Pods, bool Deployed, string? Trouble)
{
    /// <summary>The next step, and one sentence for the user.</summary>
    public (TeardownStep Step, string Message) Next()
    {
        bool nothingLeft = TornDown || Node is null || !NodeExists;
        if (nothingLeft && (Deployed || (Pods > 0 && NodeExists)))
            return (TeardownStep.RemoveGateway, "nothing of the tunnel is left on a node; its gateway pod is ending");
        if (nothingLeft)
            return (TeardownStep.Finish, "nothing of the tunnel is left");
        if (Connected)
            return (TeardownStep.AskDaemon, $"the daemon on node {Node} is removing what it made");

        string why = Trouble ?? "its daemon has not called the operator yet";
        return (TeardownStep.Wait, $"node {Node} may still hold the tunnel's policies, and its daemon must remove them: {why}. "
            + $"If that node never comes back, delete it from the cluster, or remove the finalizer {Api.Resources.IpsecTunnel.Finalizer} by hand");
    }
}
