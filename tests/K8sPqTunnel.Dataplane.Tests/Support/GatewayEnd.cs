namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>A data plane, what it told, and what lives as long as it.</summary>
internal sealed record GatewayEnd(IDataplane Plane, GatewaySignals Signals, params IReadOnlyList<IDisposable> Parts) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Plane.DisposeAsync();
        foreach (IDisposable part in Parts)
            part.Dispose();
    }
}
