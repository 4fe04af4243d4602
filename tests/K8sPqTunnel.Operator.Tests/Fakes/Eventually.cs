namespace K8sPqTunnel.Operator.Tests.Fakes;

/// <summary>Waits for what other threads bring about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>The first value that is not null.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> look, string what, TimeSpan? patience = null)
        where T : class
    {
        using var late = new CancellationTokenSource(patience ?? Patience);
        while (true)
        {
            if (await look() is { } found)
                return found;
            Assert.False(late.IsCancellationRequested, $"{what}: it never came to that");
            await Task.Delay(Step);
        }
    }

    public static Task TrueAsync(Func<bool> condition, string what) =>
        GetAsync(() => Task.FromResult(condition() ? "" : null), what);
}
