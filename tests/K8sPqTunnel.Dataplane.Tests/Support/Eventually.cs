namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Waits for what another thread or the kernel is about to do, however slow the machine.</summary>
internal static class Eventually
{
    public static async Task IsTrue(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
            await Task.Delay(10, limit.Token);
    }
}
