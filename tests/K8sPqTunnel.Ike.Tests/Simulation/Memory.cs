namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>What code allocates.</summary>
internal static class Memory
{
    private const int Tries = 5;

    /// <summary>Octets that the cheapest of some runs allocates.</summary>
    /// <remarks>
    /// A collection that another test's thread begins counts the unused rest of this thread's allocation context, 8 KiB at most, as used.
    /// What the code itself allocates shows in every run.
    /// </remarks>
    public static long CostOf(Action run)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Tries && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
