namespace K8sPqTunnel.Bench.Operators;

/// <summary>How much is measured.</summary>
/// <param name="Tunnels">IpsecTunnels in the cluster, a hundred to a namespace, each with a Secret of its own.</param>
/// <param name="Changes">Specs changed one after the other, for the latency.</param>
/// <param name="IdleSeconds">How long nothing happens while calls are counted.</param>
internal sealed record OperatorPlan(int Tunnels, int Changes, int IdleSeconds)
{
    public static OperatorPlan Full { get; } = new(10_000, 500, 60);

    public static OperatorPlan Quick { get; } = new(500, 50, 10);

    /// <summary>The same with so many tunnels, of which each changes once at most.</summary>
    public OperatorPlan Of(int tunnels) => this with { Tunnels = tunnels, Changes = Math.Min(Changes, tunnels) };
}
