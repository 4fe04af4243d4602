using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Lab.Sandboxes;

/// <summary>The system calls that namespaces are made with (unshare(2), setns(2), mount(2), chroot(2)); each throws with what was attempted.</summary>
internal static partial class LinuxCalls
{
    public const int NewMountNamespace = 0x0002_0000;
    public const int NewNetworkNamespace = 0x4000_0000;

    public const ulong ReadOnly = 1;
    public const ulong Remount = 32;
    public const ulong Bind = 4096;
    public const ulong Move = 8192;
    public const ulong Recursive = 16384;
    public const ulong Private = 1 << 18;

    private const int ReadAndCloseOnExec = 0x8_0000;

    public static void Unshare(int namespaces) => Check(unshare(namespaces), "unshare");

    public static void Enter(SafeHandle networkNamespace)
    {
        bool held = false;
        try
        {
            networkNamespace.DangerousAddRef(ref held);
            Check(setns((int)networkNamespace.DangerousGetHandle(), NewNetworkNamespace), "setns");
        }
        finally
        {
            if (held)
                networkNamespace.DangerousRelease();
        }
    }

    public static void Mount(string source, string target, string? type, ulong flags, string? options = null) =>
        Check(mount(source, target, type, flags, options), $"mount {source} on {target}");

    public static void ChangeDirectory(string path) => Check(chdir(path), $"chdir {path}");

    public static void ChangeRoot(string path) => Check(chroot(path), $"chroot {path}");

    /// <summary>Opens a folder, which .NET's own file handles refuse.</summary>
    public static SafeFileHandle Open(string path)
    {
        int descriptor = open(path, ReadAndCloseOnExec);
        Check(descriptor < 0 ? descriptor : 0, $"open {path}");
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static void Check(int result, string what)
    {
        if (result != 0)
            throw new LabException($"{what}: {Marshal.GetLastPInvokeErrorMessage()} (the lab needs root and a kernel with namespaces).");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(int descriptor, int type);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chdir(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chroot(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);
}
