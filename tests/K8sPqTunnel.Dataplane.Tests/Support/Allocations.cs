namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Counts what code allocates.</summary>
internal static class Allocations
{
    private const int Rounds = 5;

    /// <summary>
    /// Octets that repeating an action allocates on this thread, in the best of some rounds: what is made once (a lock that somebody waits
    /// for, code that gets optimised) comes in one of them.
    /// </summary>
    public static long Of(Action action, int repeats)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < repeats; i++)
                action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
