namespace K8sPqTunnel.Kubernetes.Events;

/// <summary>The state of an event at the moment of writing.</summary>
/// <param name="Name">The name of the Event object; null if there is none yet.</param>
/// <param name="First">When it first happened.</param>
/// <param name="Last">When it last happened.</param>
/// <param name="Count">How often it happened.</param>
/// <param name="Unwritten">How many of these the API does not know.</param>
internal readonly record struct EventWrite(string? Name, DateTimeOffset First, DateTimeOffset Last, int Count, int Unwritten);
