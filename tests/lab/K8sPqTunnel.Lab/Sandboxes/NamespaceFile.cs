using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Lab.Sandboxes;

/// <summary>Open namespace files: an open handle keeps a namespace alive (namespaces(7)).</summary>
internal static class NamespaceFile
{
    /// <summary>The calling thread's own namespace of a kind (<c>net</c>, <c>mnt</c>).</summary>
    public static SafeFileHandle OpenOwn(string kind) => Open($"/proc/thread-self/ns/{kind}");

    /// <summary>A process's namespace of a kind.</summary>
    public static SafeFileHandle Open(int processId, string kind) => Open($"/proc/{processId}/ns/{kind}");

    /// <summary>A path under which other processes can open it while this one runs.</summary>
    public static string NameOf(SafeFileHandle handle) => $"/proc/{Environment.ProcessId}/fd/{handle.DangerousGetHandle()}";

    private static SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
}
