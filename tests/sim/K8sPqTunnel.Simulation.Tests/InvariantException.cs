namespace K8sPqTunnel.Simulation.Tests;

/// <summary>The core did what it never may.</summary>
internal sealed class InvariantException(string message) : Exception(message);
