using System.Diagnostics;

namespace K8sPqTunnel.Kubernetes.Tests;

/// <summary>Waits for what other threads will bring about.</summary>
internal static class Eventually
{
    public static async Task True(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"not within 20 s: {what}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
