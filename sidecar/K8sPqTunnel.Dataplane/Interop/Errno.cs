using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Interop;

/// <summary>The numbers of errno(3) that the code decides on.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int NoProcess = 3;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoDeviceOrAddress = 6;
    public const int TryAgain = 11;
    public const int AccessDenied = 13;
    public const int Busy = 16;
    public const int Exists = 17;
    public const int NoDevice = 19;
    public const int Invalid = 22;
    public const int NotImplemented = 38;
    public const int ProtocolError = 71;
    public const int BadDescriptorState = 77;
    public const int MessageSize = 90;
    public const int ProtocolNotSupported = 93;
    public const int NotSupported = 95;
    public const int AddressNotAvailable = 99;
    public const int NetworkUnreachable = 101;
    public const int NoBuffers = 105;
    public const int ConnectionRefused = 111;
    public const int HostUnreachable = 113;

    /// <summary>What the calling thread's last P/Invoke left.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>The system's words for a number, for example <c>Operation not permitted</c>.</summary>
    public static string Describe(int number) => Marshal.GetPInvokeErrorMessage(number);
}
