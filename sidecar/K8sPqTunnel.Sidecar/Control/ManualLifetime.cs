using Microsoft.Extensions.Hosting;

namespace K8sPqTunnel.Sidecar.Control;

/// <summary>Keeps the web host from taking the process's signals: the daemon stops it.</summary>
internal sealed class ManualLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
