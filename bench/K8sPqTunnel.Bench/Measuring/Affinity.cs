using System.Globalization;
using System.Runtime.InteropServices;
using K8sPqTunnel.Lab;

namespace K8sPqTunnel.Bench.Measuring;

/// <summary>Keeps a process on one processor (sched_setaffinity(2)), so that load and responder do not push each other around.</summary>
internal static partial class Affinity
{
    /// <summary>The processor of the responder, whose CPU time is compared; the load has the first one, where there are two.</summary>
    public static int ResponderProcessor => Environment.ProcessorCount - 1;

    /// <summary>Pins all threads that the process has; those that they begin later inherit it.</summary>
    public static void Pin(int processId, int processor)
    {
        ulong mask = 1UL << processor;
        foreach (string task in Directory.EnumerateDirectories($"/proc/{processId}/task"))
        {
            int thread = int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture);
            if (SetAffinity(thread, sizeof(ulong), mask) != 0 && Directory.Exists(task))
                throw new LabException($"Process {processId} cannot be kept on processor {processor}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nuint length, in ulong mask);
}
