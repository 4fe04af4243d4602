namespace K8sPqTunnel.Kubernetes.Telemetry;

/// <summary>What the gauges show of a work queue.</summary>
/// <param name="Depth">Items that wait.</param>
/// <param name="Unfinished">Time spent on items that are not done, summed.</param>
/// <param name="Longest">Time spent on the slowest of them.</param>
internal readonly record struct QueueReading(int Depth, TimeSpan Unfinished, TimeSpan Longest);
