namespace K8sPqTunnel.Lab.Sandboxes;

/// <summary>What a sandbox is made of.</summary>
/// <param name="Root">The folder that becomes <c>/</c>, for example a Debian root; it is mounted read-only.</param>
public sealed record SandboxSpec(string Root)
{
    /// <summary>Where its processes find the network, or null for the host's.</summary>
    public NetworkNamespace? Network { get; init; }

    /// <summary>Mounted in this order, over the root and over the sandbox's own /proc, /sys, /dev, /run, /tmp, /var/tmp and /root.</summary>
    public IReadOnlyList<Bind> Binds { get; init; } = [];

    /// <summary>The root itself can be written to.</summary>
    public bool Writable { get; init; }
}
