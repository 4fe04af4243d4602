using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Lab.Sandboxes;

/// <summary>A network namespace without a name: it lives as long as this handle or a process in it, so nothing is left behind, however the lab ends.</summary>
public sealed class NetworkNamespace : IDisposable
{
    private readonly SafeFileHandle _handle;

    private NetworkNamespace(SafeFileHandle handle) => _handle = handle;

    /// <summary>A file that names it for nsenter(1) and for <c>ip link … netns</c> while this program runs.</summary>
    public string FileName => NamespaceFile.NameOf(_handle);

    internal SafeFileHandle Handle => _handle;

    /// <summary>Makes one; its loopback is down and there is nothing else in it.</summary>
    public static NetworkNamespace Create() => NamespaceThread.Run(() =>
    {
        LinuxCalls.Unshare(LinuxCalls.NewNetworkNamespace);
        return new NetworkNamespace(NamespaceFile.OpenOwn("net"));
    });

    /// <summary>The one that a process is in.</summary>
    public static NetworkNamespace Of(int processId) => new(NamespaceFile.Open(processId, "net"));

    public void Dispose() => _handle.Dispose();
}
