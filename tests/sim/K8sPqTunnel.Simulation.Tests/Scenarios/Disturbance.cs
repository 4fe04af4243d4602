namespace K8sPqTunnel.Simulation.Tests.Scenarios;

/// <summary>Something that happens at a time of the storm.</summary>
/// <param name="Length">Of an outage, or of a clock's jump.</param>
internal readonly record struct Disturbance(TimeSpan At, DisturbanceKind Kind, Sides Sides, TimeSpan Length);
