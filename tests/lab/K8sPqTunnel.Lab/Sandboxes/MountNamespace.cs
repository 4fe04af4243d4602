using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Lab.Sandboxes;

/// <summary>A mount namespace in which a folder of the host is <c>/</c>; it lives as long as this handle or a process in it.</summary>
internal sealed class MountNamespace : IDisposable
{
    // Each sandbox has its own, empty at the start.
    private static readonly string[] Scratch = ["/run", "/tmp", "/var/tmp", "/root"];

    private readonly SafeFileHandle _mounts;
    private readonly SafeFileHandle _root;

    private MountNamespace(SafeFileHandle mounts, SafeFileHandle root)
    {
        _mounts = mounts;
        _root = root;
    }

    /// <summary>What nsenter(1) needs to start there.</summary>
    public IEnumerable<string> EnterOptions => [$"--mount={NamespaceFile.NameOf(_mounts)}", $"--root={NamespaceFile.NameOf(_root)}"];

    /// <summary>Makes it on a thread of its own.</summary>
    public static MountNamespace Create(SandboxSpec spec) => NamespaceThread.Run(() =>
    {
        PrepareMountPoints(spec);
        LinuxCalls.Unshare(LinuxCalls.NewMountNamespace);
        if (spec.Network is { } network)
            LinuxCalls.Enter(network.Handle);
        // Nothing that is mounted here may show on the host.
        LinuxCalls.Mount("none", "/", null, LinuxCalls.Private | LinuxCalls.Recursive);

        Attach(new Bind(spec.Root, spec.Root, ReadOnly: !spec.Writable), spec.Root);
        LinuxCalls.Mount("proc", spec.Root + "/proc", "proc", 0);
        // A sysfs shows the interfaces of the network namespace it was mounted from.
        LinuxCalls.Mount("sysfs", spec.Root + "/sys", "sysfs", 0);
        LinuxCalls.Mount("/dev", spec.Root + "/dev", null, LinuxCalls.Bind | LinuxCalls.Recursive);
        foreach (string folder in Scratch)
            LinuxCalls.Mount("tmpfs", spec.Root + folder, "tmpfs", 0, "mode=1777");
        foreach (Bind bind in spec.Binds)
        {
            string target = spec.Root + bind.Target;
            MakeMountPoint(bind.Source, target);
            Attach(bind, target);
        }

        // As switch_root(8). The open root serves where the lab itself runs in a chroot: setns(2) alone would lead out of it.
        LinuxCalls.ChangeDirectory(spec.Root);
        LinuxCalls.Mount(".", "/", null, LinuxCalls.Move);
        LinuxCalls.ChangeRoot(".");
        return new MountNamespace(NamespaceFile.OpenOwn("mnt"), LinuxCalls.Open("/"));
    });

    public void Dispose()
    {
        _mounts.Dispose();
        _root.Dispose();
    }

    private static void Attach(Bind bind, string target)
    {
        LinuxCalls.Mount(bind.Source, target, null, LinuxCalls.Bind | (bind.Recursive ? LinuxCalls.Recursive : 0));
        if (bind.ReadOnly)
            LinuxCalls.Mount("none", target, null, LinuxCalls.Bind | LinuxCalls.Remount | LinuxCalls.ReadOnly);
    }

    // The root is read-only once it is mounted, so its mount points are made before; they stay, empty.
    private static void PrepareMountPoints(SandboxSpec spec)
    {
        foreach (string folder in Scratch)
            Directory.CreateDirectory(spec.Root + folder);
        foreach (Bind bind in spec.Binds)
        {
            if (!Scratch.Any(folder => bind.Target.StartsWith(folder + "/", StringComparison.Ordinal)))
                MakeMountPoint(bind.Source, spec.Root + bind.Target);
        }
    }

    private static void MakeMountPoint(string source, string target)
    {
        if (Path.Exists(target))
            return;
        Directory.CreateDirectory(Directory.Exists(source) ? target : Path.GetDirectoryName(target)!);
        if (!Directory.Exists(source))
            File.Create(target).Dispose();
    }
}
