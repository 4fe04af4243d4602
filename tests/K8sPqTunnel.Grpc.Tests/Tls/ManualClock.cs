namespace K8sPqTunnel.Grpc.Tests.Tls;

/// <summary>A clock that a test turns.</summary>
internal sealed class ManualClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

    public override DateTimeOffset GetUtcNow() => Now;
}
