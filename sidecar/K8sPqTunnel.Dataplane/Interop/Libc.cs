using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Dataplane.Interop;

/// <summary>The system calls that .NET doesn't offer. Each gives -1 (or an invalid handle) on failure and sets the last P/Invoke error.</summary>
internal static partial class Libc
{
    private const string Library = "libc";

    /// <summary>socket(2).</summary>
    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static partial SafeFileHandle Socket(int family, int type, int protocol);

    /// <summary>setsockopt(2) with an int or a struct timeval.</summary>
    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(SafeHandle socket, int level, int option, ReadOnlySpan<long> value, int length);

    /// <summary>bind(2).</summary>
    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(SafeFileHandle socket, ReadOnlySpan<byte> address, int length);

    /// <summary>send(2).</summary>
    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeFileHandle socket, ReadOnlySpan<byte> buffer, nint length, int flags);

    /// <summary>recv(2).</summary>
    [LibraryImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeFileHandle socket, Span<byte> buffer, nint length, int flags);

    /// <summary>open(2).</summary>
    [LibraryImport(Library, EntryPoint = "open", SetLastError = true)]
    public static partial SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    /// <summary>ioctl(2) with a pointer argument.</summary>
    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle descriptor, nuint request, Span<byte> argument);

    /// <summary>ioctl(2) with a number for an argument.</summary>
    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle descriptor, nuint request, nuint argument);

    /// <summary>read(2).</summary>
    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle descriptor, Span<byte> buffer, nint length);

    /// <summary>write(2).</summary>
    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle descriptor, ReadOnlySpan<byte> buffer, nint length);

    /// <summary>eventfd(2).</summary>
    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static partial SafeFileHandle EventDescriptor(uint initial, int flags);

    /// <summary>poll(2).</summary>
    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(Span<PollEntry> entries, nuint count, int timeoutMilliseconds);

    /// <summary>writev(2).</summary>
    [LibraryImport(Library, EntryPoint = "writev", SetLastError = true)]
    public static unsafe partial nint WriteVector(int descriptor, IoVector* vectors, int count);

    /// <summary>sendmmsg(2).</summary>
    [LibraryImport(Library, EntryPoint = "sendmmsg", SetLastError = true)]
    public static unsafe partial int SendMessages(int socket, MessageHeader* messages, uint count, int flags);

    /// <summary>recvmmsg(2), without a time limit.</summary>
    [LibraryImport(Library, EntryPoint = "recvmmsg", SetLastError = true)]
    public static unsafe partial int ReceiveMessages(int socket, MessageHeader* messages, uint count, int flags, nint timeout);
}
