using System.Runtime.InteropServices;

namespace K8sPqTunnel.Lab.Processes;

/// <summary>Signals by number (signal(7)); .NET itself sends only SIGKILL.</summary>
public static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    internal static void Send(int processId, int signal)
    {
        // ESRCH: it ended in between, which is what the caller is after.
        if (SendSignal(processId, signal) != 0 && Marshal.GetLastPInvokeError() != NoSuchProcess)
            throw new LabException($"Signal {signal} to process {processId} failed: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    private const int NoSuchProcess = 3;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);
}
