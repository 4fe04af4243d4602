namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>The control groups that one node's kubelet keeps its pods in; they belong to the host and outlive namespaces.</summary>
internal sealed class ControlGroups(string name)
{
    private const string Prefix = "pqtunnel-lab-";
    private const string Root = "/sys/fs/cgroup";
    private static readonly string[] Hierarchies = ["cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids", "systemd"];
    private static readonly string[] UnifiedControllers = ["cpu", "cpuset", "memory", "pids", "io"];

    // Version 2 has one tree with this file in its root; version 1 has a tree for each controller.
    private static bool Unified => File.Exists(Path.Combine(Root, "cgroup.controllers"));

    public string Name { get; } = name;

    private static IEnumerable<string> Trees => Unified ? [Root] : Directory.EnumerateDirectories(Root);

    /// <summary>The name for a node of a cluster that this process runs.</summary>
    public static string NameFor(string node) => $"{Prefix}{Environment.ProcessId}-{node}";

    /// <summary>Removes those of earlier programs that were killed before they could.</summary>
    public static void RemoveAbandoned()
    {
        foreach (string folder in Trees.SelectMany(tree => Directory.EnumerateDirectories(tree, $"{Prefix}*")))
        {
            string owner = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists($"/proc/{owner}"))
                RemoveTree(folder);
        }
    }

    /// <summary>Makes them, with what a kubelet expects to find in them.</summary>
    public void Create()
    {
        if (Unified)
        {
            string[] present = File.ReadAllText(Path.Combine(Root, "cgroup.controllers")).Split(' ', '\n');
            foreach (string controller in UnifiedControllers.Intersect(present))
                File.WriteAllText(Path.Combine(Root, "cgroup.subtree_control"), $"+{controller}");
            Directory.CreateDirectory(Path.Combine(Root, Name));
            return;
        }

        foreach (string hierarchy in Hierarchies.Select(each => Path.Combine(Root, each)).Where(Directory.Exists))
            Directory.CreateDirectory(Path.Combine(hierarchy, Name));
        // A new cpuset is empty and takes no process before it has processors and memory (cpuset(7)).
        foreach (string file in (string[])["cpuset.cpus", "cpuset.mems"])
            File.WriteAllText(Path.Combine(Root, "cpuset", Name, file), File.ReadAllText(Path.Combine(Root, "cpuset", file)));
    }

    /// <summary>Removes them with all below; every process in them must be gone.</summary>
    public void Remove()
    {
        // Also where they were not made here: runc puts containers into every tree that it finds.
        foreach (string tree in Trees.Select(each => Path.Combine(each, Name)).Where(Directory.Exists))
            RemoveTree(tree);
    }

    // A control group's files go with it and cannot be deleted, so this is not a recursive delete.
    private static void RemoveTree(string folder)
    {
        foreach (string child in Directory.EnumerateDirectories(folder))
            RemoveTree(child);
        Directory.Delete(folder);
    }
}
