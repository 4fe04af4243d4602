namespace K8sPqTunnel.Dataplane;

/// <summary>When a child SA last carried a packet, each way; null for never, and where the kernel does not tell.</summary>
public readonly record struct ChildActivity(DateTimeOffset? LastReceived, DateTimeOffset? LastSent);
