namespace K8sPqTunnel.Bench.Operators;

/// <summary>What the process in the cluster's network has to do.</summary>
/// <param name="Program">The operator's program.</param>
/// <param name="Log">The file that gets the operator's log.</param>
/// <param name="Plan">How much.</param>
internal sealed record OperatorOrder(string Program, string Log, OperatorPlan Plan);
